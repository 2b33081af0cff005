package dev.slipway.node;

import dev.slipway.base.Json;
import dev.slipway.base.Quantity;
import dev.slipway.control.Resource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/// Which container has which of the machine's GPUs: each belongs to one at a time, from the
/// container's first start until its pod has ended, also over a restart of this program.
/// Thread-safe.
///
/// Implementation note. One file for each pod that has any, a line for each container:
/// `CONTAINER 0,1`. A kubelet keeps the same in its device manager's checkpoint.
final class Devices {
  static final String RESOURCE = "nvidia.com/gpu";
  private static final Logger LOG = LoggerFactory.getLogger(Devices.class);

  private final int count;
  private final Path directory;
  private final Map<String, Map<String, BitSet>> taken = new HashMap<>();

  /// @param count how many there are
  /// @param directory where it is kept who has which
  Devices(int count, Path directory) {
    this.count = count;
    this.directory = directory;
    read();
  }

  /// Of a node with this capacity.
  static Devices of(Map<String, String> capacity, Path data) {
    var given = Quantity.parse(capacity.getOrDefault(RESOURCE, "0")).orElse(Quantity.ZERO);
    return new Devices((int) Math.min(given.units(), 4096), data.resolve("devices"));
  }

  private void read() {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (var all = Files.list(directory)) {
      for (var file : all.toList()) {
        var found = new LinkedHashMap<String, BitSet>();
        for (var line : Files.readAllLines(file)) {
          var words = line.split(" ", 2);
          if (words.length == 2 && words[1].matches("\\d{1,4}(,\\d{1,4})*")) {
            found.put(words[0], numbers(words[1]));
          }
        }
        taken.put(file.getFileName().toString(), found);
      }
    } catch (IOException problem) {
      LOG.warn("{} could not be read: {}", directory, problem.toString());
    }
  }

  private static BitSet numbers(String text) {
    var found = new BitSet();
    for (var each : text.split(",", -1)) {
      found.set(Integer.parseInt(each));
    }
    return found;
  }

  private static String text(BitSet numbers) {
    return numbers.stream().mapToObj(Integer::toString).collect(Collectors.joining(","));
  }

  /// The variables that show a container its GPUs and no others; none where the machine has none.
  ///
  /// @throws NotYetException if fewer are free than it asks for
  synchronized Map<String, String> variables(Resource pod, JsonNode container)
      throws NotYetException {
    if (count == 0) {
      return Map.of();
    }
    var asked = Json.text(container, "resources", "limits", RESOURCE);
    long wanted = Quantity.parse(asked).orElse(Quantity.ZERO).units();
    if (wanted == 0) {
      return Map.of("CUDA_VISIBLE_DEVICES", "", "NVIDIA_VISIBLE_DEVICES", "void");
    }
    var name = Json.text(container, "name");
    var ours = taken.computeIfAbsent(pod.uid(), _ -> new LinkedHashMap<>());
    var given = ours.get(name);
    if (given == null || given.cardinality() != wanted) {
      given = free(wanted);
      ours.put(name, given);
      write(pod.uid(), ours);
    }
    return Map.of("CUDA_VISIBLE_DEVICES", text(given), "NVIDIA_VISIBLE_DEVICES", text(given));
  }

  private BitSet free(long wanted) throws NotYetException {
    var used = new BitSet();
    taken.values().forEach(each -> each.values().forEach(used::or));
    var found = new BitSet();
    for (int i = used.nextClearBit(0); i < count && found.cardinality() < wanted; ) {
      found.set(i);
      i = used.nextClearBit(i + 1);
    }
    if (found.cardinality() < wanted) {
      throw new NotYetException(
          "UnexpectedAdmissionError",
          "Allocate failed due to requested number of devices unavailable for "
              + RESOURCE
              + ". Requested: "
              + wanted
              + ", Available: "
              + found.cardinality()
              + ", which is unexpected");
    }
    return found;
  }

  private void write(String uid, Map<String, BitSet> ours) {
    try {
      Files.createDirectories(directory);
      Files.writeString(
          directory.resolve(uid),
          ours.entrySet().stream()
              .map(each -> each.getKey() + " " + text(each.getValue()) + "\n")
              .collect(Collectors.joining()));
    } catch (IOException problem) {
      LOG.warn("the devices of pod {} could not be noted: {}", uid, problem.toString());
    }
  }

  /// A pod has ended.
  synchronized void release(String uid) {
    if (taken.remove(uid) != null) {
      try {
        Files.deleteIfExists(directory.resolve(uid));
      } catch (IOException problem) {
        LOG.warn("{} could not be deleted: {}", directory.resolve(uid), problem.toString());
      }
    }
  }

  /// Pods that have any.
  synchronized Set<String> holders() {
    return Set.copyOf(taken.keySet());
  }
}

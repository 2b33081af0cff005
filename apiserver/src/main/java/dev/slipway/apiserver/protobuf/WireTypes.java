package dev.slipway.apiserver.protobuf;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The messages of every built-in type: field numbers, names and types.
///
/// The definitions are the file `field-numbers` beside this class, read when first asked for, and a
/// message's line when one is met. Thread-safe. The notation, by example:
///
/// ```text
/// package core v1
/// Volume name=1:string =2:VolumeSource
/// DeploymentSpec replicas=1:int32 selector=2:meta.LabelSelector paused=7:boolean?
/// ```
///
/// - A line names a message, then `field=number:type`. Types are those of the `.types` files: `[T]`
///   list, `{T}` map, a message of this package or of another, or a word such as `int-or-string`.
/// - `?`: the encoding always carries the field, so zero means absent.
/// - No name: the JSON form has the message's fields among its parent's.
/// - `|T`: a message that wraps alternatives; the field of the highest number is the value.
///
/// The numbers are those of Kubernetes 1.36 (`generated.proto` of each API version; for
/// `policy/v1beta1`, 1.24, the last to have it).
final class WireTypes {
  private static final String FILE = "field-numbers";

  /// Kinds every API version has, whatever group a client writes before them.
  private static final Set<String> EVERYWHERE =
      Set.of("CreateOptions", "DeleteOptions", "PatchOptions", "Status", "UpdateOptions");

  /// One field.
  ///
  /// @param name in JSON; empty where the fields of the message belong to the parent
  /// @param zeroIsAbsent a zero value on the wire was never set
  record Field(String name, WireType type, boolean zeroIsAbsent) {}

  /// One message.
  record Message(Map<Integer, Field> fields) {
    Message {
      fields = Map.copyOf(fields);
    }
  }

  /// `v1` to `core`.
  private final Map<String, String> packages = new HashMap<>();

  /// `core.Volume` to the rest of its line.
  private final Map<String, String> lines = new HashMap<>();

  private final Map<String, Message> messages = new ConcurrentHashMap<>();

  private WireTypes(List<String> text) {
    String home = "";
    for (String line : text) {
      List<String> words = List.of(line.split(" ", 2));
      if (line.startsWith("package ")) {
        List<String> names = List.of(words.get(1).split(" ", 2));
        home = names.getFirst();
        packages.put(names.getLast(), home);
      } else if (!line.isEmpty() && !line.startsWith("#")) {
        lines.put(home + "." + words.getFirst(), words.size() < 2 ? "" : words.get(1));
      }
    }
  }

  static WireTypes builtin() {
    return Holder.BUILTIN;
  }

  /// The name of the message of a kind.
  Optional<String> kind(String apiVersion, String kind) {
    String home = EVERYWHERE.contains(kind) ? "meta" : packages.getOrDefault(apiVersion, "");
    return Optional.of(home + "." + kind).filter(lines::containsKey);
  }

  /// @throws NoSuchElementException if there is no such message
  Message message(String name) {
    Message known = messages.get(name);
    return known != null ? known : messages.computeIfAbsent(name, this::read);
  }

  private Message read(String name) {
    String line = lines.get(name);
    if (line == null) {
      throw new NoSuchElementException("no message " + name);
    }
    String home = name.substring(0, name.indexOf('.'));
    var fields = new HashMap<Integer, Field>();
    for (String word : line.split(" ", -1)) {
      if (!word.isEmpty()) {
        read(word, home, fields);
      }
    }
    return new Message(fields);
  }

  private static void read(String word, String home, Map<Integer, Field> fields) {
    int equals = word.indexOf('=');
    int colon = word.indexOf(':', equals);
    boolean zeroIsAbsent = word.endsWith("?");
    String type = word.substring(colon + 1, word.length() - (zeroIsAbsent ? 1 : 0));
    fields.put(
        Integer.valueOf(word.substring(equals + 1, colon)),
        new Field(word.substring(0, equals), WireType.parse(type, home), zeroIsAbsent));
  }

  private static WireTypes load() {
    try (InputStream in = WireTypes.class.getResourceAsStream(FILE)) {
      if (in == null) {
        throw new IllegalStateException("missing from the program: " + FILE);
      }
      return new WireTypes(new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList());
    } catch (IOException e) {
      throw new UncheckedIOException(FILE, e);
    }
  }

  /// Made on first use: many servers never see protobuf.
  private static final class Holder {
    static final WireTypes BUILTIN = load();
  }
}

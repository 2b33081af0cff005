package dev.slipway.node.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The network of a platform's pods: a namespace for each, wired to a bridge. Thread-safe.
///
/// Implementation note. The bridge is in a namespace of its own, the hub, and this machine is wired
/// to it like a pod: so nothing of this machine but one link is added, none of its settings
/// matter or are changed, and after a crash the kernel clears all away with the last process.
/// Pods send what is not for another pod to the hub, where every address counts as its own:
/// whoever listens there on a port hears all that is sent to that port of any address, and knows
/// which it was.
public final class PodNetwork implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PodNetwork.class);
  private static final int PART_BITS = 22;
  private static final int MACHINE = 1;
  private static final int HUB = 2;
  private static final int FIRST_POD = 3;
  private static final String BRIDGE = "pods";

  /// Namespaces that are made, with their addresses, before a pod wants one.
  private static final int SPARE = 4;

  private final String device;
  private final Range range;
  private final NetSpace hub;
  private final int bridge;
  private final BitSet taken = new BitSet();
  private final Map<String, NetSpace> spaces = new HashMap<>();
  private final Deque<Spare> spare = new ArrayDeque<>();
  private boolean making;
  private int cursor = FIRST_POD;
  private int wires;
  private boolean closed;

  private record Spare(String address, NetSpace space) {}

  private PodNetwork(String device, Range range, NetSpace hub, int bridge) {
    this.device = device;
    this.range = range;
    this.hub = hub;
    this.bridge = bridge;
  }

  /// Makes one with addresses that nobody on this machine uses.
  ///
  /// @param device name of the link of this machine, of no other platform, up to 15 letters
  /// @param addresses of which a part is chosen: `10.244.0.0/16`
  /// @throws IOException if it is not permitted, or all addresses are in use
  /// @throws IllegalArgumentException if `addresses` is no range
  public static PodNetwork open(String device, String addresses) throws IOException {
    var all =
        Range.parse(addresses)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "pod addresses: \"" + addresses + "\" (expected as 10.244.0.0/16)"));
    var hub = NetSpace.create();
    try {
      int bridge =
          hub.within(
              () -> {
                try (var netlink = new Netlink()) {
                  netlink.bridge(BRIDGE);
                }
                return Kernel.index(BRIDGE);
              });
      return new PodNetwork(device, connect(device, all, hub, bridge), hub, bridge);
    } catch (IOException | RuntimeException problem) {
      hub.close();
      throw problem;
    }
  }

  private static Range connect(String device, Range all, NetSpace hub, int bridge)
      throws IOException {
    int bits = Math.max(PART_BITS, all.bits());
    int parts = 1 << (bits - all.bits());
    int start = Math.floorMod(device.hashCode(), parts);
    for (int i = 0; i < parts; i++) {
      var part = all.part((start + i) % parts, bits);
      if (Routes.of().overlapping(part, device)) {
        continue;
      }
      wireToMachine(device, part, hub, bridge);
      if (!Routes.of().overlapping(part, device)) {
        hub.within(
            () -> {
              try (var netlink = new Netlink()) {
                netlink.address(BRIDGE, Range.bytes(part.address(HUB)), bits);
                netlink.everythingIsHere();
              }
              return 0;
            });
        return part;
      }
    }
    throw new IOException("every part of " + all + " is in use on this machine");
  }

  private static void wireToMachine(String device, Range part, NetSpace hub, int bridge)
      throws IOException {
    try (var netlink = new Netlink()) {
      netlink.delete(device);
      int here = Kernel.open("/proc/self/ns/net");
      try {
        hub.within(
            () -> {
              try (var within = new Netlink()) {
                within.delete("machine");
                within.wire("machine", bridge, device, here);
              }
              return 0;
            });
      } finally {
        Kernel.close(here);
      }
      netlink.address(device, Range.bytes(part.address(MACHINE)), part.bits());
      netlink.up(device);
    }
  }

  /// An address for a pod.
  ///
  /// @param wished where it is free; `""` for any
  /// @throws IllegalStateException if there are as many pods as addresses
  public synchronized String take(String wished) {
    int asked = Range.number(wished).filter(range::contains).orElse(0) - range.first();
    if (asked >= FIRST_POD && asked < range.size() - 1 && !taken.get(asked)) {
      taken.set(asked);
      return Range.text(range.address(asked));
    }
    var ready =
        spare.stream()
            .filter(each -> each.address.equals(wished))
            .findFirst()
            .or(() -> Optional.ofNullable(spare.peek()));
    ready.ifPresent(
        each -> {
          spare.remove(each);
          spaces.put(each.address, each.space);
        });
    refill();
    return ready.map(Spare::address).orElseGet(this::reserve);
  }

  private synchronized String reserve() {
    int chosen = free();
    taken.set(chosen);
    return Range.text(range.address(chosen));
  }

  private int free() {
    for (int tries = 0; tries < 2; tries++) {
      int next = taken.nextClearBit(cursor);
      if (next < range.size() - 1) {
        cursor = next + 1;
        return next;
      }
      cursor = FIRST_POD;
    }
    throw new IllegalStateException("every address of " + range + " is taken");
  }

  /// Whether an address is one of its own.
  public boolean has(String address) {
    return Range.number(address).filter(range::contains).isPresent();
  }

  /// The namespace of a pod, made when first asked for.
  ///
  /// @param address that it has taken
  /// @return a file that names it, while the pod is not released
  /// @throws IOException if it cannot be made
  public Path space(String address) throws IOException {
    synchronized (this) {
      var known = spaces.get(address);
      if (known != null) {
        return known.file();
      }
    }
    var made = wired(address);
    synchronized (this) {
      var other = closed ? null : spaces.putIfAbsent(address, made);
      if (closed || other != null) {
        made.close();
      }
      if (closed) {
        throw new IOException("the network is closed");
      }
      return other == null ? made.file() : other.file();
    }
  }

  /// One that has a link, with this address.
  private NetSpace wired(String address) throws IOException {
    var space = linked();
    try {
      space.within(
          () -> {
            try (var netlink = new Netlink()) {
              var own = Range.bytes(Range.number(address).orElseThrow());
              netlink.address("eth0", own, range.bits());
              netlink.up("eth0");
              netlink.defaultRoute(Range.bytes(range.address(HUB)));
            }
            return 0;
          });
      return space;
    } catch (IOException | RuntimeException problem) {
      space.close();
      throw problem;
    }
  }

  private void refill() {
    if (!making && !closed && spare.size() < SPARE) {
      making = true;
      Thread.ofVirtual().name("spare networks").start(this::makeSpare);
    }
  }

  private void makeSpare() {
    boolean more = true;
    while (more) {
      try {
        more = keepOne();
      } catch (IOException | RuntimeException problem) {
        LOG.debug("no spare network for pods", problem);
        more = false;
      }
    }
    synchronized (this) {
      making = false;
    }
  }

  /// @return whether another is wanted
  private boolean keepOne() throws IOException {
    var address = reserve();
    try {
      return keep(new Spare(address, wired(address)));
    } catch (IOException | RuntimeException problem) {
      release(address);
      throw problem;
    }
  }

  private synchronized boolean keep(Spare made) {
    if (closed) {
      made.space.close();
      return false;
    }
    spare.add(made);
    return spare.size() < SPARE;
  }

  /// A new one, wired to the bridge.
  private NetSpace linked() throws IOException {
    var name = "pod" + nextWire();
    var space = NetSpace.create();
    try {
      hub.within(
          () -> {
            try (var netlink = new Netlink()) {
              netlink.wire(name, bridge, "eth0", space.descriptor());
            }
            return 0;
          });
      return space;
    } catch (IOException | RuntimeException problem) {
      space.close();
      throw problem;
    }
  }

  private synchronized int nextWire() {
    return wires++;
  }

  /// The pod of an address is gone.
  public synchronized void release(String address) {
    var space = spaces.remove(address);
    if (space != null) {
      space.close();
    }
    Range.number(address)
        .filter(range::contains)
        .ifPresent(each -> taken.clear(each - range.first()));
  }

  /// Where pods find what listens in the hub: names, the gateway.
  public String hubAddress() {
    return Range.text(range.address(HUB));
  }

  /// Where pods find what listens on this machine.
  public String machineAddress() {
    return Range.text(range.address(MACHINE));
  }

  NetSpace hub() {
    return hub;
  }

  /// Which addresses pods have.
  public String addresses() {
    return range.toString();
  }

  /// Processes of pods have ended.
  @Override
  public void close() {
    List<NetSpace> all;
    synchronized (this) {
      closed = true;
      all = Stream.concat(spaces.values().stream(), spare.stream().map(Spare::space)).toList();
      spaces.clear();
      spare.clear();
    }
    all.forEach(NetSpace::close);
    try (var netlink = new Netlink()) {
      netlink.delete(device);
    } catch (IOException problem) {
      LOG.debug("{}: {}", device, problem.toString());
    }
    hub.close();
  }

  /// What this machine can reach already.
  record Routes(Map<Range, List<String>> devices) {
    static Routes of() throws IOException {
      return parse(Files.readAllLines(Path.of("/proc/net/route")));
    }

    /// Source: Linux, net/ipv4/fib_trie.c, `fib_route_seq_show`.
    static Routes parse(List<String> lines) {
      var all = new HashMap<Range, List<String>>();
      for (var line : lines) {
        var words = line.strip().split("\\s+", -1);
        if (words.length > 7 && words[1].matches("[0-9A-F]{8}")) {
          int bits = Integer.bitCount(Integer.parseUnsignedInt(words[7], 16));
          int first = Integer.reverseBytes(Integer.parseUnsignedInt(words[1], 16));
          if (bits >= 8) {
            all.merge(
                new Range(first, Math.min(bits, 30)),
                List.of(words[0]),
                (a, b) -> Stream.concat(a.stream(), b.stream()).toList());
          }
        }
      }
      return new Routes(Map.copyOf(all));
    }

    /// @param own device whose routes do not count
    boolean overlapping(Range range, String own) {
      return devices.entrySet().stream()
          .filter(each -> each.getKey().overlaps(range))
          .flatMap(each -> each.getValue().stream())
          .anyMatch(each -> !each.equals(own));
    }
  }
}

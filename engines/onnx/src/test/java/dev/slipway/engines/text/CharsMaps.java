package dev.slipway.engines.text;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;

/// Tables of characters to rewrite, as SentencePiece compiles them: a double array found by trying
/// one place after another.
final class CharsMaps {
  private static final int UNITS = 1 << 13;

  private final int[] units = new int[UNITS];
  private final boolean[] taken = new boolean[UNITS];
  private final ByteArrayOutputStream strings = new ByteArrayOutputStream();

  private static final class Node {
    private final Map<Integer, Node> children = new TreeMap<>();
    private int value = -1;
  }

  private CharsMaps() {}

  static String of(Map<String, String> rewritten) {
    return new CharsMaps().base64(rewritten);
  }

  private String base64(Map<String, String> rewritten) {
    var root = new Node();
    rewritten.forEach((key, value) -> insert(root, key, value));
    taken[0] = true;
    place(root, 0, 0);
    var all = ByteBuffer.allocate(4 + 4 * UNITS + strings.size()).order(ByteOrder.LITTLE_ENDIAN);
    all.putInt(4 * UNITS);
    Arrays.stream(units).forEach(all::putInt);
    all.put(strings.toByteArray());
    return Base64.getEncoder().encodeToString(all.array());
  }

  private void insert(Node root, String key, String value) {
    var node = root;
    for (byte each : key.getBytes(StandardCharsets.UTF_8)) {
      node = node.children.computeIfAbsent(each & 0xff, _ -> new Node());
    }
    node.value = strings.size();
    strings.writeBytes(value.getBytes(StandardCharsets.UTF_8));
    strings.write(0);
  }

  private void place(Node node, int at, int label) {
    int base = 1;
    while (!fits(node, base)) {
      base++;
    }
    units[at] = label | (node.value < 0 ? 0 : 1 << 8) | (at ^ base) << 10;
    if (node.value >= 0) {
      taken[base] = true;
      units[base] = node.value | 1 << 31;
    }
    for (int child : node.children.keySet()) {
      taken[base ^ child] = true;
    }
    int found = base;
    node.children.forEach((child, next) -> place(next, found ^ child, child));
  }

  private boolean fits(Node node, int base) {
    return (node.value < 0 || !taken[base])
        && node.children.keySet().stream().noneMatch(child -> taken[base ^ child]);
  }
}

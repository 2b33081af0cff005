package dev.slipway.engines.text;

import java.util.Arrays;

/// Strings with numbers, found character by character. The first two nodes are roots. Edges lie in
/// one open-addressed table keyed by node and character.
final class Trie {
  private static final int ROOTS = 2;
  private static final long EMPTY = -1;

  private long[] keys;
  private int[] children;
  private int[] ids;
  private int nodes = ROOTS;
  private int edges;

  Trie(int expected) {
    int capacity = Integer.highestOneBit(Math.max(64, Math.min(expected, 1 << 20))) * 8;
    keys = new long[capacity];
    children = new int[capacity];
    Arrays.fill(keys, EMPTY);
    ids = new int[capacity / 4];
    Arrays.fill(ids, -1);
  }

  void add(int root, String text, int from, int id) {
    int node = root;
    for (int i = from; i < text.length(); i++) {
      int next = child(node, text.charAt(i));
      node = next < 0 ? grow(node, text.charAt(i)) : next;
    }
    if (node != root) {
      ids[node] = id;
    }
  }

  /// The node behind a character, -1 if there is none.
  int child(int node, char character) {
    long key = ((long) node << 16) | character;
    int mask = keys.length - 1;
    for (int slot = slot(key, mask); ; slot = (slot + 1) & mask) {
      long found = keys[slot];
      if (found == key) {
        return children[slot];
      }
      if (found == EMPTY) {
        return -1;
      }
    }
  }

  /// The number of the string that ends in a node, -1 if none does.
  int id(int node) {
    return ids[node];
  }

  long memoryBytes() {
    return 12L * keys.length + 4L * ids.length;
  }

  private int grow(int node, char character) {
    if (nodes == ids.length) {
      ids = Arrays.copyOf(ids, 2 * nodes);
      Arrays.fill(ids, nodes, ids.length, -1);
    }
    if (2 * (edges + 1) > keys.length) {
      rehash();
    }
    put(((long) node << 16) | character, nodes);
    edges++;
    return nodes++;
  }

  private void rehash() {
    var oldKeys = keys;
    var oldChildren = children;
    keys = new long[2 * oldKeys.length];
    children = new int[keys.length];
    Arrays.fill(keys, EMPTY);
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldKeys[i] != EMPTY) {
        put(oldKeys[i], oldChildren[i]);
      }
    }
  }

  private void put(long key, int child) {
    int mask = keys.length - 1;
    int slot = slot(key, mask);
    while (keys[slot] != EMPTY) {
      slot = (slot + 1) & mask;
    }
    keys[slot] = key;
    children[slot] = child;
  }

  private static int slot(long key, int mask) {
    long mixed = key * 0x9E3779B97F4A7C15L;
    return (int) (mixed >>> 32) & mask;
  }
}

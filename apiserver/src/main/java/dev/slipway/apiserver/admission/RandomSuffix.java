package dev.slipway.apiserver.admission;

import java.util.concurrent.ThreadLocalRandom;

/// Five characters that tell generated names apart, of the alphabet upstream uses: no vowels, so
/// that no words come out, and nothing easily mistaken for something else.
final class RandomSuffix {
  private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";
  private static final int LENGTH = 5;

  private RandomSuffix() {}

  static String next() {
    var text = new StringBuilder(LENGTH);
    for (int i = 0; i < LENGTH; i++) {
      text.append(ALPHABET.charAt(ThreadLocalRandom.current().nextInt(ALPHABET.length())));
    }
    return text.toString();
  }
}

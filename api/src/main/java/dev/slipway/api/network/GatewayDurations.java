package dev.slipway.api.network;

import java.util.regex.Pattern;

/// Durations of the Gateway API (GEP-2257): `1h30m`, `500ms`.
final class GatewayDurations {
  private static final Pattern PART = Pattern.compile("(\\d+)(h|ms|m|s)");

  private GatewayDurations() {}

  /// 0 where there is none.
  static long millis(String text) {
    long sum = 0;
    var parts = PART.matcher(text);
    while (parts.find()) {
      long unit =
          switch (parts.group(2)) {
            case "h" -> 3_600_000;
            case "m" -> 60_000;
            case "s" -> 1000;
            default -> 1;
          };
      sum += Long.parseLong(parts.group(1)) * unit;
    }
    return sum;
  }
}

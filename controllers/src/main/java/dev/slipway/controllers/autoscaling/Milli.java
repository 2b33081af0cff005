package dev.slipway.controllers.autoscaling;

import dev.slipway.base.Quantity;
import java.math.BigDecimal;
import java.math.RoundingMode;
import tools.jackson.databind.JsonNode;

/// Quantities in thousandths.
final class Milli {
  private static final BigDecimal THOUSAND = BigDecimal.valueOf(1000);
  private static final BigDecimal MOST = BigDecimal.valueOf(Long.MAX_VALUE);

  private Milli() {}

  /// 0 where there is no quantity.
  static long of(JsonNode quantity) {
    return Quantity.parse(quantity.asString(""))
        .map(found -> found.value().multiply(THOUSAND).setScale(0, RoundingMode.CEILING))
        .map(found -> found.min(MOST).longValue())
        .orElse(0L);
  }

  /// `250m`, `3`.
  static String text(long milli) {
    return milli % 1000 == 0 ? Long.toString(milli / 1000) : milli + "m";
  }
}

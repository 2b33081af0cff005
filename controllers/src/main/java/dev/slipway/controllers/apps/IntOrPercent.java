package dev.slipway.controllers.apps;

import tools.jackson.databind.JsonNode;

/// A count given as a number or as a percentage of another (`IntOrString`).
public final class IntOrPercent {
  private IntOrPercent() {}

  /// @param absent for a missing value
  public static int roundedUp(JsonNode value, int whole, int absent) {
    return resolve(value, whole, absent, true);
  }

  public static int roundedDown(JsonNode value, int whole, int absent) {
    return resolve(value, whole, absent, false);
  }

  private static int resolve(JsonNode value, int whole, int absent, boolean up) {
    if (value.isNumber()) {
      return value.asInt();
    }
    String text = value.asString("");
    if (!text.endsWith("%")) {
      return absent;
    }
    double share = whole * Integer.parseInt(text.substring(0, text.length() - 1)) / 100.0;
    return (int) (up ? Math.ceil(share) : Math.floor(share));
  }
}

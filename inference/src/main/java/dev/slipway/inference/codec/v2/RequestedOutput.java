package dev.slipway.inference.codec.v2;

import java.util.Map;
import java.util.Optional;

/// An output a client asks for.
///
/// @param binary whether it wants the bytes after the JSON; empty: as the request says
/// @param classes `classification`: how many of the highest scores it wants as labels; 0 for none
/// @param parameters all of them, these two included
public record RequestedOutput(
    String name, Optional<Boolean> binary, int classes, Map<String, Object> parameters) {
  public static RequestedOutput of(String name) {
    return new RequestedOutput(name, Optional.empty(), 0, Map.of());
  }
}

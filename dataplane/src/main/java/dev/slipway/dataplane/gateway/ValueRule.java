package dev.slipway.dataplane.gateway;

import dev.slipway.dataplane.gateway.RouteTable.ValueMatch;
import dev.slipway.net.Request;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Whether a header or a query parameter is as a rule wants it.
final class ValueRule {
  private final ValueMatch match;
  private final @Nullable Pattern pattern;

  /// @throws IllegalArgumentException if it is a malformed regular expression
  ValueRule(ValueMatch match) {
    this.match = match;
    pattern = match.type() == ValueMatch.Type.REGEX ? Pattern.compile(match.value()) : null;
  }

  boolean matchesHeader(Request request) {
    var first = request.header(match.name());
    if (first.isEmpty()) {
      return holds(present(request) ? "" : null);
    }
    if (match.type() != ValueMatch.Type.EXACT || first.equals(match.value())) {
      return holds(first);
    }
    return request.headers(match.name()).stream().anyMatch(match.value()::equals);
  }

  private boolean present(Request request) {
    return !request.headers(match.name()).isEmpty();
  }

  /// The first of a name counts (Gateway API, HTTPQueryParamMatch).
  boolean matchesQuery(List<Query.Parameter> query) {
    for (var parameter : query) {
      if (parameter.name().equals(match.name())) {
        return holds(parameter.value());
      }
    }
    return holds(null);
  }

  private boolean holds(@Nullable String value) {
    return switch (match.type()) {
      case EXACT -> value != null && value.equals(match.value());
      case REGEX -> value != null && pattern != null && Steps.matches(pattern, value);
      case PRESENT -> value != null;
      case ABSENT -> value == null;
    };
  }
}

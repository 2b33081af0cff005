package dev.slipway.apiserver.access.authn;

import dev.slipway.net.Request;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/// Bearer tokens: where a request carries one, and whose it is.
public final class BearerTokens {
  /// The WebSocket subprotocol by which browsers, which cannot set headers, carry a token.
  public static final String PROTOCOL = "base64url.bearer.authorization.k8s.io.";

  private final List<TokenAuthenticator> kinds;

  public BearerTokens(List<TokenAuthenticator> kinds) {
    this.kinds = List.copyOf(kinds);
  }

  /// The first kind that knows the token decides; a token that none knows is refused.
  public Outcome authenticate(String token, List<String> audiences) {
    var refusals = new LinkedHashSet<String>();
    refusals.add("invalid bearer token");
    for (TokenAuthenticator each : kinds) {
      switch (each.authenticate(token, audiences)) {
        case Outcome.Known known -> {
          return known;
        }
        case Outcome.Refused refused -> refusals.add(refused.why());
        case Outcome.Absent _ -> {
          // another kind may know it
        }
      }
    }
    return new Outcome.Refused(
        refusals.size() == 1 ? refusals.getFirst() : "[" + String.join(", ", refusals) + "]");
  }

  /// The token a request carries.
  public static Optional<String> of(Request request) {
    Optional<String> header = fromHeader(request.header("authorization"));
    return header.isPresent() || !request.isWebSocket()
        ? header
        : fromProtocols(request.webSocketProtocols());
  }

  private static Optional<String> fromHeader(String header) {
    String[] parts = header.strip().split(" ", 3);
    return parts.length >= 2 && parts[0].equalsIgnoreCase("bearer") && !parts[1].isEmpty()
        ? Optional.of(parts[1])
        : Optional.empty();
  }

  private static Optional<String> fromProtocols(List<String> protocols) {
    return protocols.stream()
        .filter(each -> each.startsWith(PROTOCOL))
        .map(each -> decoded(each.substring(PROTOCOL.length())))
        .filter(each -> !each.isEmpty())
        .findFirst();
  }

  private static String decoded(String base64) {
    try {
      return new String(Base64.getUrlDecoder().decode(base64), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      return "";
    }
  }
}

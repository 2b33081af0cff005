package dev.slipway.dataplane.gateway;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.slipway.dataplane.gateway.RouteTable.Identity;
import dev.slipway.net.Request;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;

/// HTTP basic authentication (RFC 7617) against the lines of an `htpasswd` file.
///
/// Implementation note. Hashes of passwords are slow on purpose, so what was right is remembered
/// for a while, by digest; what was wrong is computed again each time.
final class BasicCheck implements IdentityCheck {
  private static final String BASIC = "basic ";
  private static final int MOST_REMEMBERED = 1_000;
  private static final Duration REMEMBERED = Duration.ofMinutes(5);

  /// Compared with where there is no such user, so that an answer takes as long.
  private static final String NOBODY =
      "$2y$05$abcdefghijklmnopqrstuuKx0J9a8h8GJb0oSVPBPQ1kRyWcV8bW6";

  private final Map<String, String> users;
  private final Verdict refused;
  private final Cache<ByteBuffer, Verdict> right =
      Caffeine.newBuilder()
          .maximumSize(MOST_REMEMBERED)
          .expireAfterWrite(REMEMBERED)
          .executor(Runnable::run)
          .build();

  BasicCheck(Identity.Basic basic) {
    users = basic.users();
    var realm = basic.realm().replace("\\", "\\\\").replace("\"", "\\\"");
    refused =
        Verdict.refused(
            Refusal.unauthorized(
                "Basic realm=\"" + realm + "\"", "a user and password are needed"));
  }

  @Override
  public Verdict glance(Request request) {
    var given = request.header("authorization");
    if (!given.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
      return refused;
    }
    var known = right.getIfPresent(digest(given));
    return known == null ? Verdict.LATER : known;
  }

  private static ByteBuffer digest(String given) {
    return ByteBuffer.wrap(Digests.sha256(given.getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  public Verdict judge(Request request) {
    var first = glance(request);
    return first.known() ? first : compare(request.header("authorization"));
  }

  private Verdict compare(String given) {
    String pair;
    try {
      var bytes = Base64.getDecoder().decode(given.substring(BASIC.length()).strip());
      pair = new String(bytes, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      return refused;
    }
    int colon = pair.indexOf(':');
    if (colon < 0) {
      return refused;
    }
    var user = pair.substring(0, colon);
    var hash = users.get(user);
    boolean same = Passwords.matches(pair.substring(colon + 1), hash == null ? NOBODY : hash);
    if (!same || hash == null) {
      return refused;
    }
    var verdict = Verdict.allowed(user);
    right.put(digest(given), verdict);
    return verdict;
  }
}

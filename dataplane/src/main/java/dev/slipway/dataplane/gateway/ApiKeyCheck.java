package dev.slipway.dataplane.gateway;

import dev.slipway.dataplane.gateway.RouteTable.Identity;
import dev.slipway.net.Request;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// A key in `Authorization: Bearer KEY` or in a header of its own; only digests are kept, and they
/// are compared in constant time.
final class ApiKeyCheck implements IdentityCheck {
  private static final String BEARER = "bearer ";

  private final String header;
  private final boolean bearer;
  private final List<Known> keys = new ArrayList<>();
  private final Verdict refused;

  @SuppressWarnings("ArrayRecordComponent") // compared by MessageDigest.isEqual
  private record Known(byte[] digest, String name) {}

  /// @throws IllegalArgumentException if a digest is no hexadecimal text
  ApiKeyCheck(Identity.ApiKeys keys) {
    header = keys.header().isEmpty() ? "authorization" : keys.header();
    bearer = header.equalsIgnoreCase("authorization");
    keys.sha256()
        .forEach((digest, name) -> this.keys.add(new Known(HexFormat.of().parseHex(digest), name)));
    refused =
        Verdict.refused(Refusal.unauthorized("Bearer", "a valid API key is needed in " + header));
  }

  @Override
  public Verdict glance(Request request) {
    var given = request.header(header);
    if (bearer) {
      given =
          given.regionMatches(true, 0, BEARER, 0, BEARER.length())
              ? given.substring(BEARER.length()).strip()
              : "";
    }
    return given.isEmpty() ? refused : compare(given);
  }

  private Verdict compare(String given) {
    var digest = Digests.sha256(given.getBytes(StandardCharsets.UTF_8));
    var verdict = refused;
    for (var key : keys) {
      if (MessageDigest.isEqual(key.digest(), digest)) {
        verdict = Verdict.allowed(key.name());
      }
    }
    return verdict;
  }

  @Override
  public Verdict judge(Request request) {
    return glance(request);
  }
}

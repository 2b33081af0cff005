package dev.slipway.apiserver.access.authn;

import dev.slipway.apiserver.access.UserInfo;
import dev.slipway.apiserver.access.pki.AdminToken;
import java.util.List;

/// Whoever holds the token of the data directory is `kubernetes-admin` of `system:masters`.
public final class AdminTokenAuthenticator implements TokenAuthenticator {
  private static final UserInfo ADMIN = UserInfo.of("kubernetes-admin", UserInfo.MASTERS);

  private final AdminToken token;
  private final List<String> apiAudiences;

  /// @param apiAudiences those of this API server, for which alone the token is good
  public AdminTokenAuthenticator(AdminToken token, List<String> apiAudiences) {
    this.token = token;
    this.apiAudiences = List.copyOf(apiAudiences);
  }

  @Override
  public Outcome authenticate(String candidate, List<String> audiences) {
    if (!token.matches(candidate)) {
      return Outcome.ABSENT;
    }
    List<String> shared = audiences.stream().filter(apiAudiences::contains).toList();
    return shared.isEmpty() ? Outcome.ABSENT : new Outcome.Known(ADMIN, shared);
  }
}

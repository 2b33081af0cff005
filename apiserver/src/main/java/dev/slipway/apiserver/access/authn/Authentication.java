package dev.slipway.apiserver.access.authn;

import dev.slipway.apiserver.access.UserInfo;
import dev.slipway.apiserver.error.ApiException;
import dev.slipway.net.Request;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Says who sent a request: client certificate, then bearer token, else anonymous; then whom they
/// ask to act as. Thread-safe.
///
/// Good credentials of one kind outweigh bad ones of another; bad ones alone are a 401; none at all
/// is `system:anonymous`, whom rules may or may not let in.
public final class Authentication {
  private static final Logger LOG = LoggerFactory.getLogger(Authentication.class);
  private static final UserInfo NOBODY = UserInfo.of(UserInfo.ANONYMOUS, UserInfo.UNAUTHENTICATED);

  private final ClientCertificates certificates;
  private final BearerTokens tokens;
  private final List<String> apiAudiences;
  private final Impersonation impersonation;

  /// @param apiAudiences what a token must be meant for to be good here
  public Authentication(
      ClientCertificates certificates,
      BearerTokens tokens,
      List<String> apiAudiences,
      Impersonation impersonation) {
    this.certificates = certificates;
    this.tokens = tokens;
    this.apiAudiences = List.copyOf(apiAudiences);
    this.impersonation = impersonation;
  }

  /// @throws ApiException 401 where credentials are bad; 403 where they may not act as whom the
  ///     impersonation headers name; 400 where those headers make no sense
  public UserInfo authenticate(Request request) {
    return impersonation.apply(sender(request), request);
  }

  /// Who sent it, impersonation aside.
  public UserInfo sender(Request request) {
    var refusals = new ArrayList<String>();
    for (Outcome each : List.of(byCertificate(request), byToken(request))) {
      switch (each) {
        case Outcome.Known known -> {
          return authenticated(known.user());
        }
        case Outcome.Refused refused -> refusals.add(refused.why());
        case Outcome.Absent _ -> {
          // perhaps the other kind
        }
      }
    }
    if (refusals.isEmpty()) {
      return NOBODY;
    }
    LOG.debug("refused credentials from {}: {}", request.remote(), refusals);
    throw ApiException.unauthorized();
  }

  /// With the group of everyone who is somebody.
  public static UserInfo authenticated(UserInfo user) {
    if (user.groups().contains(UserInfo.AUTHENTICATED)
        || user.groups().contains(UserInfo.UNAUTHENTICATED)
        || user.name().equals(UserInfo.ANONYMOUS)) {
      return user;
    }
    var groups = new ArrayList<>(user.groups());
    groups.add(UserInfo.AUTHENTICATED);
    return new UserInfo(user.name(), user.uid(), groups, user.extra());
  }

  private Outcome byCertificate(Request request) {
    return request.clientCertificate().map(certificates::authenticate).orElse(Outcome.ABSENT);
  }

  private Outcome byToken(Request request) {
    return BearerTokens.of(request)
        .map(token -> tokens.authenticate(token, apiAudiences))
        .orElse(Outcome.ABSENT);
  }
}

package dev.slipway.apiserver.rest;

import dev.slipway.apiserver.access.authn.AdminTokenAuthenticator;
import dev.slipway.apiserver.access.authn.Authentication;
import dev.slipway.apiserver.access.authn.BearerTokens;
import dev.slipway.apiserver.access.authn.ClientCertificates;
import dev.slipway.apiserver.access.authn.Impersonation;
import dev.slipway.apiserver.access.pki.AdminToken;
import dev.slipway.apiserver.access.pki.CertificateAuthority;
import dev.slipway.apiserver.access.rbac.BootstrapRoles;
import dev.slipway.apiserver.access.rbac.EscalationGuard;
import dev.slipway.apiserver.access.rbac.RbacAuthorizer;
import dev.slipway.apiserver.access.review.AccessReviews;
import dev.slipway.apiserver.access.review.IdentityReviews;
import dev.slipway.apiserver.access.token.OpenIdDocuments;
import dev.slipway.apiserver.access.token.ServiceAccountTokens;
import dev.slipway.apiserver.access.token.TokenIssuer;
import dev.slipway.apiserver.access.token.TokenKeys;
import dev.slipway.apiserver.access.token.TokenRequests;
import dev.slipway.apiserver.admission.AdmissionChain;
import dev.slipway.apiserver.builtin.types.BuiltinResources;
import dev.slipway.apiserver.resource.LocalApi;
import dev.slipway.apiserver.resource.Strategy;
import dev.slipway.apiserver.store.ListeningObjects;
import dev.slipway.apiserver.store.Objects;
import dev.slipway.net.Handler;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/// The parts of the API put together around one store. Nothing runs until [#start].
public final class ApiAssembly implements AutoCloseable {
  private static final List<String> AUDIENCES = List.of(TokenIssuer.ISSUER);
  private static final String RBAC = "rbac.authorization.k8s.io/";

  private final Objects objects;
  private final Catalogs catalogs;
  private final LocalApi local;
  private final RbacAuthorizer rbac;
  private final Verbs verbs;
  private final Clock clock;

  /// @param store without listeners
  public ApiAssembly(Objects store, Clock clock) {
    var made = new AtomicReference<Verbs>();
    this.clock = clock;
    this.catalogs =
        new Catalogs(BuiltinResources.all(_ -> new Strategy() {}, _ -> List.of()), _ -> List.of());
    this.local = new LocalVerbs(store, catalogs, made::get);
    this.rbac = new RbacAuthorizer(local);
    this.objects =
        new ListeningObjects(
            store,
            Map.of(
                Set.of(
                    RBAC + "roles",
                    RBAC + "rolebindings",
                    RBAC + "clusterroles",
                    RBAC + "clusterrolebindings"),
                rbac::changed,
                Set.of(Catalogs.DEFINITIONS),
                () -> catalogs.refresh(store)));
    catalogs.refresh(store);
    var admission = new AdmissionChain(List.of(new EscalationGuard(rbac, rbac)));
    this.verbs = new Verbs(new Kit(objects, admission, new Judge(catalogs), clock));
    made.set(verbs);
  }

  /// The API without a socket.
  public LocalApi local() {
    return local;
  }

  /// Writes what must be there before the first request.
  public void bootstrapRoles() {
    BootstrapRoles.reconcile(local);
    rbac.changed();
  }

  /// What answers requests.
  public Handler handler(CertificateAuthority authority, AdminToken admin, PodAccess podAccess) {
    var keys = new TokenKeys(authority.serviceAccountKeys(), List.of());
    var bearer =
        new BearerTokens(
            List.of(
                new AdminTokenAuthenticator(admin, AUDIENCES),
                new ServiceAccountTokens(keys, local, clock)));
    var authentication =
        new Authentication(
            new ClientCertificates(authority.certificate(), clock),
            bearer,
            AUDIENCES,
            new Impersonation(rbac));
    var reviews =
        new ReviewVerbs(
            new AccessReviews(rbac, rbac), new IdentityReviews(bearer::authenticate, AUDIENCES));
    var requests = new TokenRequests(local, new TokenIssuer(keys), clock);
    var subresources =
        new Subresources(
            verbs,
            new PodVerbs(verbs, local),
            reviews,
            (call, request) -> requests.create(call.namespace(), call.name(), request),
            podAccess,
            () -> catalogs.get().find("", "v1", "pods").orElseThrow());
    var metrics = new Metrics();
    return new ApiHandler(
        authentication::authenticate,
        rbac,
        catalogs,
        new ResourceHandler(verbs, subresources),
        List.of(
            new DiscoveryPages(catalogs),
            new OpenIdPages(new OpenIdDocuments(TokenIssuer.ISSUER, keys)),
            new ServerPages(catalogs, objects, metrics, () -> true)),
        metrics);
  }

  /// Starts the core loops.
  public void start() {}

  @Override
  public void close() {}
}

package dev.slipway.apiserver.rest;

import dev.slipway.apiserver.access.Authorizer;
import dev.slipway.apiserver.access.authn.AdminTokenAuthenticator;
import dev.slipway.apiserver.access.authn.Authentication;
import dev.slipway.apiserver.access.authn.BearerTokens;
import dev.slipway.apiserver.access.authn.ClientCertificates;
import dev.slipway.apiserver.access.authn.Impersonation;
import dev.slipway.apiserver.access.pki.AdminToken;
import dev.slipway.apiserver.access.pki.CertificateAuthority;
import dev.slipway.apiserver.access.rbac.RbacAuthorizer;
import dev.slipway.apiserver.admission.Admission;
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
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/// The parts of the API put together around one store.
public final class ApiAssembly implements AutoCloseable {
  private static final List<String> AUDIENCES =
      List.of("https://kubernetes.default.svc.cluster.local");
  private static final String RBAC = "rbac.authorization.k8s.io/";

  private final LocalApi local;
  private final Handler handler;

  private ApiAssembly(LocalApi local, Handler handler) {
    this.local = local;
    this.handler = handler;
  }

  /// Wires everything; starts nothing.
  public static ApiAssembly of(
      Objects store,
      CertificateAuthority authority,
      AdminToken adminToken,
      PodAccess podAccess,
      Clock clock) {
    var verbs = new AtomicReference<Verbs>();
    var catalogs =
        new Catalogs(BuiltinResources.all(_ -> new Strategy() {}, _ -> List.of()), _ -> List.of());
    var local = new LocalVerbs(store, catalogs, verbs::get);
    var rbac = new RbacAuthorizer(local);
    Objects objects =
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
    Admission admission = new AdmissionChain(List.of());
    verbs.set(new Verbs(new Kit(objects, admission, new Judge(), clock)));
    return new ApiAssembly(
        local,
        handler(verbs.get(), local, catalogs, rbac, authority, adminToken, podAccess, clock));
  }

  private static Handler handler(
      Verbs verbs,
      LocalApi local,
      Catalogs catalogs,
      Authorizer authorizer,
      CertificateAuthority authority,
      AdminToken adminToken,
      PodAccess podAccess,
      Clock clock) {
    var metrics = new Metrics();
    var subresources =
        new Subresources(
            verbs,
            new PodVerbs(verbs, local),
            (_, _) -> Optional.empty(),
            (_, request) -> request,
            podAccess,
            () -> catalogs.get().find("", "v1", "pods").orElseThrow());
    var authentication =
        new Authentication(
            new ClientCertificates(authority.certificate(), clock),
            new BearerTokens(List.of(new AdminTokenAuthenticator(adminToken, AUDIENCES))),
            AUDIENCES,
            new Impersonation(authorizer));
    return new ApiHandler(
        authentication::authenticate,
        authorizer,
        catalogs,
        new ResourceHandler(verbs, subresources),
        List.of(
            new DiscoveryPages(catalogs),
            new ServerPages(catalogs, verbs.kit().objects(), metrics, () -> true)),
        metrics);
  }

  public LocalApi local() {
    return local;
  }

  public Handler handler() {
    return handler;
  }

  /// Starts the core loops.
  public void start() {}

  @Override
  public void close() {}
}

package dev.slipway.apiserver.rest;

import dev.slipway.api.KindRules;
import dev.slipway.apiserver.access.UserInfo;
import dev.slipway.apiserver.access.authn.AdminTokenAuthenticator;
import dev.slipway.apiserver.access.authn.Authentication;
import dev.slipway.apiserver.access.authn.BearerTokens;
import dev.slipway.apiserver.access.authn.ClientCertificates;
import dev.slipway.apiserver.access.authn.Impersonation;
import dev.slipway.apiserver.access.authn.Outcome;
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
import dev.slipway.apiserver.admission.Admission;
import dev.slipway.apiserver.admission.AdmissionChain;
import dev.slipway.apiserver.admission.AdmissionParts;
import dev.slipway.apiserver.admission.ConversionCaller;
import dev.slipway.apiserver.admission.JudgedKinds;
import dev.slipway.apiserver.builtin.BuiltinColumns;
import dev.slipway.apiserver.builtin.BuiltinStrategies;
import dev.slipway.apiserver.builtin.core.ServiceAddresses;
import dev.slipway.apiserver.builtin.networking.DiscoveryStrategies;
import dev.slipway.apiserver.builtin.types.BuiltinResources;
import dev.slipway.apiserver.builtin.types.TypeCatalog;
import dev.slipway.apiserver.custom.CrdConditions;
import dev.slipway.apiserver.custom.CustomResourceDefinitionRules;
import dev.slipway.apiserver.custom.CustomResources;
import dev.slipway.apiserver.local.LocalCluster;
import dev.slipway.apiserver.loops.CoreLoops;
import dev.slipway.apiserver.resource.GroupVersionKind;
import dev.slipway.apiserver.resource.LocalApi;
import dev.slipway.apiserver.resource.Strategy;
import dev.slipway.apiserver.schema.Schema;
import dev.slipway.apiserver.store.ListeningObjects;
import dev.slipway.apiserver.store.Objects;
import dev.slipway.control.Cluster;
import dev.slipway.net.Handler;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// The parts of the API put together around one store; nothing runs by itself.
public final class ApiAssembly {
  private volatile @Nullable TokenRequests tokens;
  private volatile @Nullable BearerTokens shown;
  private static final List<String> AUDIENCES = List.of(TokenIssuer.ISSUER);
  /// Who the controllers of this process are.
  private static final UserInfo PLATFORM =
      UserInfo.of(
          "system:serviceaccount:slipway-system:slipway",
          "system:serviceaccounts",
          "system:serviceaccounts:slipway-system",
          UserInfo.AUTHENTICATED,
          UserInfo.MASTERS);

  private static final String RBAC = "rbac.authorization.k8s.io/";

  private final ListeningObjects objects;
  private final TypeCatalog types;
  private final Catalogs catalogs;
  private final LocalApi local;
  private final RbacAuthorizer rbac;
  private final Verbs verbs;
  private final Watches watches;
  private final Clock clock;
  private final LocalCluster cluster;
  private final MachineDoors machine = new MachineDoors();

  /// @param store without listeners
  /// @param loopbackEndpoints whether EndpointSlices may hold loopback addresses
  /// @param rules of kinds that are completed and judged in this process
  public ApiAssembly(Objects store, Clock clock, boolean loopbackEndpoints, List<KindRules> rules) {
    var made = new AtomicReference<Verbs>();
    this.clock = clock;
    this.types = new TypeCatalog();
    Schema objectMeta = types.type("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta");
    this.catalogs =
        new Catalogs(
            BuiltinResources.all(
                types, kind -> strategy(kind, loopbackEndpoints), BuiltinColumns::of),
            new CustomResources(objectMeta, new ConversionCaller(machine))::of);
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
    var addresses = new ServiceAddresses(local, ServiceAddresses.DEFAULT_RANGE);
    objects.listen(addresses::written);
    var admission = new AdmissionChain(steps(addresses, rules));
    this.verbs = new Verbs(new Kit(objects, admission, new Judge(catalogs), clock));
    made.set(verbs);
    this.watches = new Watches(verbs.kit());
    this.cluster =
        new LocalCluster(
            objects, new DirectVerbs(verbs, local, catalogs, PLATFORM, Cluster.FIELD_MANAGER));
    objects.listen(cluster::written);
    catalogs.listen(cluster::catalogChanged);
  }

  private List<Admission> steps(ServiceAddresses addresses, List<KindRules> rules) {
    return List.of(
        addresses,
        new EscalationGuard(rbac, rbac),
        new JudgedKinds(rules, local),
        AdmissionChain.of(new AdmissionParts(objects, local, rbac, machine, clock)));
  }

  private static Strategy strategy(GroupVersionKind kind, boolean loopbackEndpoints) {
    return switch (kind.kind()) {
      case "CustomResourceDefinition" -> new CustomResourceDefinitionRules();
      case "EndpointSlice" ->
          loopbackEndpoints ? DiscoveryStrategies.withLoopback() : BuiltinStrategies.of(kind);
      default -> BuiltinStrategies.of(kind);
    };
  }

  /// Where this machine's pods and Services are found, once a room runs them.
  public MachineDoors machine() {
    return machine;
  }

  /// The API without a socket.
  public LocalApi local() {
    return local;
  }

  /// The API as this process's controllers see it.
  public Cluster cluster() {
    return cluster;
  }

  /// Writes what must be there before the first request.
  public void bootstrapRoles() {
    BootstrapRoles.reconcile(local);
    rbac.changed();
  }

  /// What answers requests.
  public Handler handler(CertificateAuthority authority, AdminToken admin) {
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
    tokens = requests;
    shown = bearer;
    var subresources =
        new Subresources(
            verbs,
            new PodVerbs(verbs, local),
            reviews,
            (call, request) -> requests.create(call.namespace(), call.name(), request),
            machine,
            () -> catalogs.get().find("", "v1", "pods").orElseThrow());
    var metrics = new Metrics();
    return new ApiHandler(
        new TrainerReports(bearer, verbs, catalogs),
        authentication::authenticate,
        rbac,
        catalogs,
        new ResourceHandler(verbs, watches, subresources, new UsageVerbs(machine, clock)),
        List.of(
            new DiscoveryPages(catalogs, types::find),
            new OpenIdPages(new OpenIdDocuments(TokenIssuer.ISSUER, keys)),
            new ServerPages(catalogs, objects, metrics, () -> true)),
        metrics);
  }

  /// Whose a bearer token is; empty where nobody's, or before there is a handler.
  public Optional<UserInfo> whose(String token) {
    BearerTokens known = shown;
    return known != null && known.authenticate(token, AUDIENCES) instanceof Outcome.Known found
        ? Optional.of(Authentication.authenticated(found.user()))
        : Optional.empty();
  }

  /// As `serviceaccounts/token` answers; for who runs pods in this process.
  ///
  /// @throws dev.slipway.apiserver.error.ApiException as the verb does
  public ObjectNode token(String namespace, String account, ObjectNode request) {
    var now = tokens;
    if (now == null) {
      throw new IllegalStateException("nothing is answered yet");
    }
    return now.create(namespace, account, request);
  }

  /// Ends all watches: the first step of closing.
  public void endWatches() {
    watches.end();
  }

  /// The loops that need no pods, not yet started.
  public CoreLoops loops(CertificateAuthority authority) {
    var issuer = new TokenIssuer(new TokenKeys(authority.serviceAccountKeys(), List.of()));
    var parts =
        new CoreLoops.Parts(authority.certificatePem(), issuer::legacy, CrdConditions::status);
    return new CoreLoops(objects, local, parts, clock);
  }
}

package dev.slipway.apiserver;

import dev.slipway.apiserver.access.UserInfo;
import dev.slipway.apiserver.access.pki.AdminToken;
import dev.slipway.apiserver.access.pki.CertificateAuthority;
import dev.slipway.apiserver.access.pki.Kubeconfig;
import dev.slipway.apiserver.admission.ServiceResolver;
import dev.slipway.apiserver.loops.CoreLoops;
import dev.slipway.apiserver.rest.ApiAssembly;
import dev.slipway.apiserver.rest.PodAccess;
import dev.slipway.apiserver.rest.UsageFigures;
import dev.slipway.apiserver.store.Objects;
import dev.slipway.apiserver.store.StoreSettings;
import dev.slipway.apiserver.store.StoredObjects;
import dev.slipway.control.Cluster;
import dev.slipway.net.HttpServer;
import dev.slipway.net.ServerSettings;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import tools.jackson.databind.node.ObjectNode;

/// The embedded Kubernetes-style API, running: store, verbs, access, loops and the port they answer
/// on.
public final class ApiServer implements AutoCloseable {
  private final ApiServerSettings settings;
  private final Objects objects;
  private final ApiAssembly assembly;
  private final CoreLoops loops;
  private final HttpServer http;

  private ApiServer(
      ApiServerSettings settings,
      Objects objects,
      ApiAssembly assembly,
      CoreLoops loops,
      HttpServer http) {
    this.settings = settings;
    this.objects = objects;
    this.assembly = assembly;
    this.loops = loops;
    this.http = http;
  }

  /// Opens the data directory and starts answering.
  ///
  /// @throws RuntimeException where the directory is in use, damaged or not writable, or the port
  ///     is taken; the message says
  ///     which and what to do
  public static ApiServer start(ApiServerSettings settings) {
    Thread.ofPlatform().daemon().name("preload").start(HttpServer::preload);
    Objects objects = StoredObjects.open(settings.data(), StoreSettings.defaults());
    try {
      Clock clock = Clock.systemUTC();
      Future<CertificateAuthority> opening = authority(settings, clock);
      var token = AdminToken.open(settings.data());
      var assembly =
          new ApiAssembly(objects, clock, settings.loopbackEndpoints(), settings.rules());
      new Bootstrap(assembly.local()).run();
      assembly.bootstrapRoles();
      new BundledKinds(assembly.local(), clock).run();
      CertificateAuthority authority = opened(opening);
      var tls =
          new ServerSettings.Tls(
              authority.server().certificatePem(),
              authority.server().keyPem(),
              authority.certificatePem());
      HttpServer http =
          HttpServer.start(
              ServerSettings.of(settings.bind(), settings.port()).withTls(tls),
              assembly.handler(authority, token));
      var server = new ApiServer(settings, objects, assembly, assembly.loops(authority), http);
      Kubeconfig.write(
          server.kubeconfig(),
          server.url(),
          authority.certificatePem(),
          Kubeconfig.Credentials.token(token.text()));
      server.loops.start();
      return server;
    } catch (RuntimeException failed) {
      objects.close();
      throw failed;
    }
  }

  /// Opens the certificates beside the other work of starting.
  private static Future<CertificateAuthority> authority(ApiServerSettings settings, Clock clock) {
    var opening =
        new FutureTask<>(
            () ->
                CertificateAuthority.open(
                    settings.data(), List.of(settings.bind()), clock.instant()));
    Thread.ofPlatform().daemon().name("certificates").start(opening);
    return opening;
  }

  private static CertificateAuthority opened(Future<CertificateAuthority> opening) {
    try {
      return opening.get();
    } catch (ExecutionException failed) {
      throw failed.getCause() instanceof RuntimeException told
          ? told
          : new IllegalStateException(failed.getCause());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while starting", stopped);
    }
  }

  /// `https://127.0.0.1:6443`.
  public String url() {
    boolean everywhere = settings.bind().equals("0.0.0.0") || settings.bind().equals("::");
    String host = everywhere ? "127.0.0.1" : settings.bind();
    return "https://" + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + http.port();
  }

  /// The file that lets kubectl in as the administrator.
  public Path kubeconfig() {
    return settings.data().resolve("kubeconfig");
  }

  /// The API as this process's controllers see it; closed with the server.
  public Cluster cluster() {
    return assembly.cluster();
  }

  /// A token of a service account, as `serviceaccounts/token` gives it.
  ///
  /// @param request an `authentication.k8s.io/v1 TokenRequest`
  /// @throws dev.slipway.apiserver.error.ApiException as the API refuses
  public ObjectNode token(String namespace, String account, ObjectNode request) {
    return assembly.token(namespace, account, request);
  }

  /// Whose a bearer token is, for another server of this process; empty where nobody's.
  public Optional<UserInfo> whose(String token) {
    return assembly.whose(token);
  }

  /// Hangs in whoever runs pods: answers logs, exec, attach and port-forward from now on.
  public void podAccess(PodAccess access) {
    assembly.machine().pods(access);
  }

  /// Hangs in whoever measures pods and nodes: answers `metrics.k8s.io` from now on.
  public void figures(UsageFigures figures) {
    assembly.machine().figures(figures);
  }

  /// Hangs in whoever knows where Services of this machine are: webhooks that are Services are
  /// called from now on.
  public void services(ServiceResolver resolver) {
    assembly.machine().services(resolver);
  }

  @Override
  public void close() {
    loops.close();
    assembly.cluster().close();
    assembly.endWatches();
    http.close();
    objects.close();
  }
}

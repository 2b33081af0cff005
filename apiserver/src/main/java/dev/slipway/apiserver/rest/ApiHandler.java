package dev.slipway.apiserver.rest;

import dev.slipway.apiserver.access.Attributes;
import dev.slipway.apiserver.access.Authorizer;
import dev.slipway.apiserver.access.Refusal;
import dev.slipway.apiserver.access.UserInfo;
import dev.slipway.apiserver.error.ApiException;
import dev.slipway.apiserver.resource.Catalog;
import dev.slipway.apiserver.resource.Resource;
import dev.slipway.apiserver.store.Objects;
import dev.slipway.net.Handler;
import dev.slipway.net.Request;
import dev.slipway.net.Response;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Every request to the API, in order: identify, authorise, find the resource, do the verb, count.
final class ApiHandler implements Handler {
  private static final Logger log = LoggerFactory.getLogger(ApiHandler.class);

  private final TrainerReports reports;
  private final Function<Request, UserInfo> authentication;
  private final Authorizer authorizer;
  private final Supplier<Catalog> catalog;
  private final ResourceHandler resources;
  private final List<Page> pages;
  private final Metrics metrics;

  ApiHandler(
      TrainerReports reports,
      Function<Request, UserInfo> authentication,
      Authorizer authorizer,
      Supplier<Catalog> catalog,
      ResourceHandler resources,
      List<Page> pages,
      Metrics metrics) {
    this.reports = reports;
    this.authentication = authentication;
    this.authorizer = authorizer;
    this.catalog = catalog;
    this.resources = resources;
    this.pages = List.copyOf(pages);
    this.metrics = metrics;
  }

  @Override
  public void handle(Request request, Response response) {
    response.header("audit-id", UUID.randomUUID().toString());
    try {
      answer(request, response);
    } catch (ApiException refused) {
      refuse(request, response, refused);
    } catch (Response.ClientGoneException _) {
      log.debug("{} {}: client left", request.method(), request.rawPath());
    } catch (Objects.StoreFailedException failed) {
      log.error("{} {}: the store failed", request.method(), request.rawPath(), failed);
      refuse(request, response, ApiException.internal(String.valueOf(failed.getMessage())));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      refuse(request, response, ApiException.unavailable("the server is shutting down"));
    } catch (Exception bug) {
      log.error("{} {}", request.method(), request.rawPath(), bug);
      refuse(
          request, response, ApiException.internal("unexpected " + bug.getClass().getSimpleName()));
    }
  }

  private void answer(Request request, Response response) throws Exception {
    if (reports.serve(request, response)) {
      return;
    }
    UserInfo user = authentication.apply(request);
    Optional<Target> target = Target.parse(request.rawPath());
    if (target.isEmpty()) {
      page(request, response, user);
      return;
    }
    Query query = Query.parse(request.rawQuery());
    String verb = Intent.verb(request, target.get(), query);
    authorize(Intent.attributes(target.get(), verb, query, user));
    Resource resource =
        catalog
            .get()
            .find(target.get().group(), target.get().version(), target.get().plural())
            .filter(found -> fits(found, target.get()))
            .orElseThrow(ApiException::noSuchPath);
    counted(new Intent(resource, target.get(), query, verb), user, request, response);
  }

  /// Whether a path has a namespace where the resource wants one.
  private static boolean fits(Resource resource, Target target) {
    boolean itself = resource.storageKey().equals("namespaces");
    if (itself) {
      return target.namespace().equals(target.name());
    }
    if (!resource.namespaced()) {
      return target.namespace().isEmpty();
    }
    return !target.namespace().isEmpty() || target.name().isEmpty();
  }

  private void counted(Intent intent, UserInfo user, Request request, Response response)
      throws Exception {
    boolean watch = intent.verb().equals("watch");
    long start = System.nanoTime();
    int code = 200;
    metrics.started(watch);
    try {
      resources.handle(intent, user, request, response);
    } catch (ApiException refused) {
      code = refused.code();
      throw refused;
    } finally {
      metrics.finished(
          metricVerb(request, intent),
          intent.target().group(),
          intent.target().version(),
          intent.target().plural(),
          intent.target().subresource(),
          code,
          System.nanoTime() - start);
    }
  }

  private static String metricVerb(Request request, Intent intent) {
    return switch (intent.verb()) {
      case "list", "watch", "get" -> intent.verb().toUpperCase(Locale.ROOT);
      default -> request.method();
    };
  }

  private void page(Request request, Response response, UserInfo user) {
    String verb = request.method().toLowerCase(Locale.ROOT);
    authorize(new Attributes(user, verb, "", "", "", "", "", "", request.rawPath()));
    for (Page page : pages) {
      if (page.serve(request, response, user)) {
        return;
      }
    }
    throw ApiException.noSuchPath();
  }

  private void authorize(Attributes attributes) {
    Authorizer.Decision decision = authorizer.authorize(attributes);
    if (!decision.allowed()) {
      throw Refusal.of(attributes, decision.reason());
    }
  }

  private static void refuse(Request request, Response response, ApiException refused) {
    if (response.committed() || response.closed()) {
      log.debug("{} {}: refused after the head was sent", request.method(), request.rawPath());
      return;
    }
    int retry = refused.retryAfterSeconds();
    if (retry > 0) {
      response.header("retry-after", Integer.toString(retry));
    }
    if (refused.code() == 401) {
      response.header("www-authenticate", "Bearer realm=\"slipway\"");
    }
    Answers.send(response, refused.code(), refused.toStatus(), Form.PLAIN);
  }
}

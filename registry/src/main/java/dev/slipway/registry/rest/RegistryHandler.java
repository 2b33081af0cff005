package dev.slipway.registry.rest;

import dev.slipway.net.Handler;
import dev.slipway.net.Request;
import dev.slipway.net.Response;
import dev.slipway.registry.ErrorCode;
import dev.slipway.registry.RegistryException;
import dev.slipway.registry.access.Guard;
import dev.slipway.registry.access.Person;
import dev.slipway.registry.models.ModelLocations;
import dev.slipway.registry.models.ModelVersions;
import dev.slipway.registry.models.RegisteredModels;
import dev.slipway.registry.models.Webhooks;
import dev.slipway.registry.traces.SpanLog;
import dev.slipway.registry.tracking.Experiments;
import dev.slipway.registry.tracking.InputLog;
import dev.slipway.registry.tracking.LoggedModels;
import dev.slipway.registry.tracking.Metrics;
import dev.slipway.registry.tracking.RunLog;
import dev.slipway.registry.tracking.RunSearch;
import dev.slipway.registry.tracking.Runs;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/// Answers MLflow's REST API: `/api/{2.0,3.0}/mlflow/…`, the same below `/ajax-api`, and
/// `/version`.
public final class RegistryHandler implements Handler {
  /// The release whose API is answered; clients read it to choose among calls.
  public static final String VERSION = "3.6.0";

  static final Pattern PROXY = Pattern.compile("/(?:ajax-)?api/[23]\\.0/(mlflow-artifacts/.*)");
  private static final Pattern API = Pattern.compile("/(?:ajax-)?api/([23])\\.0/mlflow/(.+)");
  private static final Pattern MODEL_FILES =
      Pattern.compile("/(?:ajax-)?api/2\\.0/mlflow/logged-models/([^/]+)/artifacts/files");

  /// Who answers what is tracked.
  public record Tracking(
      Experiments experiments,
      Runs runs,
      RunLog log,
      RunSearch search,
      Metrics metrics,
      InputLog inputs,
      LoggedModels models) {}

  /// Who answers what is registered.
  public record Models(
      RegisteredModels registered,
      ModelVersions versions,
      Webhooks webhooks,
      ModelLocations locations) {}

  private final Routes routes = new Routes();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final ArtifactHandler artifacts;
  private final ModelLocations locations;
  private final TraceRoutes traces;

  private final Optional<AccessRoutes> access;

  /// @param access absent: whoever reaches the port may read and write
  public RegistryHandler(
      Tracking tracking,
      Models models,
      TraceRoutes traces,
      ArtifactHandler artifacts,
      Optional<AccessRoutes> access) {
    this.access = access;
    access.ifPresent(each -> each.addTo(routes));
    this.artifacts = artifacts;
    this.locations = models.locations();
    this.traces = traces;
    traces.addTo(routes);
    routes
        .get("artifacts/list", artifacts::ofRun)
        .get("logged-models/{model_id}/artifacts/directories", artifacts::ofModel);
    registered(models.registered());
    versions(models.versions());
    webhooks(models.webhooks());
    experiments(tracking.experiments());
    runs(tracking);
    loggedModels(tracking.models());
  }

  private void experiments(Experiments experiments) {
    routes
        .post("experiments/create", experiments::create)
        .get("experiments/get", experiments::get)
        .get("experiments/get-by-name", experiments::getByName)
        .get("experiments/search", experiments::search)
        .post("experiments/search", experiments::search)
        .post("experiments/update", experiments::update)
        .post("experiments/delete", experiments::delete)
        .post("experiments/restore", experiments::restore)
        .post("experiments/set-experiment-tag", experiments::setTag)
        .post("experiments/delete-experiment-tag", experiments::deleteTag);
  }

  private void runs(Tracking tracking) {
    Runs runs = tracking.runs();
    RunLog log = tracking.log();
    InputLog inputs = tracking.inputs();
    Metrics metrics = tracking.metrics();
    routes
        .post("runs/create", runs::create)
        .get("runs/get", runs::get)
        .post("runs/update", runs::update)
        .post("runs/delete", runs::delete)
        .post("runs/restore", runs::restore)
        .post("runs/search", tracking.search()::search)
        .post("runs/log-metric", log::metric)
        .post("runs/log-parameter", log::param)
        .post("runs/set-tag", log::tag)
        .post("runs/delete-tag", log::deleteTag)
        .post("runs/log-batch", log::batch)
        .post("runs/log-inputs", inputs::inputs)
        .post("runs/outputs", inputs::outputs)
        .post("runs/log-model", inputs::model)
        .post("experiments/search-datasets", inputs::summaries)
        .get("metrics/get-history", metrics::history)
        .get("metrics/get-history-bulk", metrics::historyBulk)
        .get("metrics/get-history-bulk-interval", metrics::historyInterval);
  }

  private void loggedModels(LoggedModels models) {
    routes
        .post("logged-models", models::create)
        .post("logged-models/search", models::search)
        .get("logged-models/{model_id}", models::get)
        .patch("logged-models/{model_id}", models::finish)
        .delete("logged-models/{model_id}", models::delete)
        .patch("logged-models/{model_id}/tags", models::setTags)
        .delete("logged-models/{model_id}/tags/{tag_key}", models::deleteTag)
        .post("logged-models/{model_id}/params", models::logParams);
  }

  private void registered(RegisteredModels models) {
    routes
        .post("registered-models/create", models::create)
        .post("registered-models/rename", models::rename)
        .patch("registered-models/update", models::update)
        .delete("registered-models/delete", models::delete)
        .get("registered-models/get", models::get)
        .get("registered-models/search", models::search)
        .get("registered-models/get-latest-versions", models::latestVersions)
        .post("registered-models/get-latest-versions", models::latestVersions)
        .post("registered-models/set-tag", models::setTag)
        .delete("registered-models/delete-tag", models::deleteTag)
        .post("registered-models/alias", models::setAlias)
        .delete("registered-models/alias", models::deleteAlias)
        .get("registered-models/alias", models::getAlias);
  }

  private void versions(ModelVersions versions) {
    routes
        .post("model-versions/create", versions::create)
        .patch("model-versions/update", versions::update)
        .delete("model-versions/delete", versions::delete)
        .get("model-versions/get", versions::get)
        .get("model-versions/search", versions::search)
        .get("model-versions/get-download-uri", versions::downloadUri)
        .post("model-versions/transition-stage", versions::transition)
        .post("model-versions/set-tag", versions::setTag)
        .delete("model-versions/delete-tag", versions::deleteTag);
  }

  private void webhooks(Webhooks webhooks) {
    routes
        .post("webhooks", webhooks::create)
        .get("webhooks", webhooks::list)
        .get("webhooks/{webhook_id}", webhooks::get)
        .patch("webhooks/{webhook_id}", webhooks::update)
        .delete("webhooks/{webhook_id}", webhooks::delete)
        .post("webhooks/{webhook_id}/test", webhooks::test);
  }

  /// Whether a path is MLflow's.
  public static boolean takes(String rawPath) {
    return API.matcher(rawPath).matches()
        || PROXY.matcher(rawPath).matches()
        || rawPath.equals("/get-artifact")
        || rawPath.equals("/model-versions/get-artifact")
        || rawPath.equals(SpanLog.PATH)
        || rawPath.equals("/version")
        || rawPath.equals("/health");
  }

  @Override
  public void handle(Request request, Response response) {
    try {
      answer(request, response);
    } catch (Response.ClientGoneException gone) {
      throw gone;
    } catch (RuntimeException problem) {
      Answers.refuse(response, problem);
    }
  }

  private void answer(Request request, Response response) {
    if (request.rawPath().equals("/version")) {
      response
          .header("content-type", "text/plain; charset=utf-8")
          .send(VERSION.getBytes(StandardCharsets.US_ASCII));
      return;
    }
    if (request.rawPath().equals("/health")) {
      response
          .header("content-type", "text/plain; charset=utf-8")
          .send("OK".getBytes(StandardCharsets.US_ASCII));
      return;
    }
    Optional<Person> person = access.flatMap(each -> each.admit(request));
    if (file(request, response)) {
      return;
    }
    Matcher api = API.matcher(request.rawPath());
    boolean latest = api.matches() && api.group(1).equals("3");
    String path = api.matches() ? decoded(api.group(2)) : request.rawPath();
    Optional<Routes.Found> found = routes.find(latest, request.method(), path);
    if (found.isEmpty()) {
      throw unknown(request, latest, path);
    }
    Arguments arguments = RequestReader.arguments(request, found.get().named());
    if (person.isPresent() && access.isPresent()) {
      Guard guard = access.get().guard();
      guard.check(person.get(), request.method(), path, arguments);
      ObjectNode answer = act(path, found.get(), arguments);
      Answers.json(response, 200, guard.answered(person.get(), path, arguments, answer));
    } else {
      Answers.json(response, 200, act(path, found.get(), arguments));
    }
  }

  /// Answers in this process what a path below `/api/2.0/mlflow/` answers.
  ///
  /// @param fields of the body or the query
  /// @throws RegistryException as a client would be refused
  public ObjectNode call(String method, String path, ObjectNode fields) {
    Routes.Found found =
        routes
            .find(false, method, path)
            .orElseThrow(
                () ->
                    new RegistryException(
                        ErrorCode.ENDPOINT_NOT_FOUND,
                        method + " " + path + " is no endpoint of this registry"));
    ObjectNode whole = fields.deepCopy();
    found.named().forEach(whole::put);
    return act(path, found, Arguments.of(whole));
  }

  private ObjectNode act(String path, Routes.Found found, Arguments arguments) {
    ObjectNode answer = found.route().action().apply(arguments);
    boolean writes = !found.route().method().equals("GET");
    if (writes && (path.startsWith("registered-models/") || path.startsWith("model-versions/"))) {
      listeners.forEach(Runnable::run);
    }
    return answer;
  }

  /// Has a listener told after each write that may have changed what a name, an alias or a stage
  /// means. It is called by the writer's thread and must return at once.
  public void onModels(Runnable listener) {
    listeners.add(listener);
  }

  /// Answers requests for files.
  private boolean file(Request request, Response response) {
    String path = request.rawPath();
    Matcher proxy = PROXY.matcher(path);
    Matcher ofModel = MODEL_FILES.matcher(path);
    if (proxy.matches()) {
      artifacts.proxy(request, response, decoded(proxy.group(1)));
    } else if (path.equals("/get-artifact")) {
      String run = RequestReader.arguments(request, Map.of()).runId();
      artifacts.download(request, response, () -> locations.ofRunId(run));
    } else if (path.equals("/model-versions/get-artifact")) {
      var arguments = RequestReader.arguments(request, Map.of());
      String model = arguments.required("name") + "/" + arguments.required("version");
      artifacts.download(request, response, () -> locations.require("models:/" + model));
    } else if (ofModel.matches() && request.method().equals("GET")) {
      artifacts.ofModel(request, response, decoded(ofModel.group(1)));
    } else if (path.equals(SpanLog.PATH) && request.method().equals("POST")) {
      traces.spans().handle(request, response);
    } else if (path.endsWith("/mlflow/get-trace-artifact")) {
      var arguments = RequestReader.arguments(request, Map.of());
      artifacts.ofTrace(response, traces.traces().file(arguments.required("request_id")));
    } else if (path.endsWith("/mlflow/upload-artifact") && request.method().equals("POST")) {
      artifacts.upload(request, response);
    } else {
      return false;
    }
    return true;
  }

  private RegistryException unknown(Request request, boolean latest, String path) {
    String why =
        routes.known(latest, path)
            ? " is not answered for " + request.method()
            : " is no endpoint of this registry";
    return new RegistryException(ErrorCode.ENDPOINT_NOT_FOUND, request.rawPath() + why);
  }

  static String decoded(String path) {
    try {
      return URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new RegistryException(ErrorCode.BAD_REQUEST, "malformed path: " + e.getMessage());
    }
  }
}

package dev.slipway.apiserver.rest;

import dev.slipway.apiserver.error.ApiException;
import dev.slipway.apiserver.patch.Patches;
import dev.slipway.apiserver.resource.Resource;
import dev.slipway.apiserver.schema.Schema;
import dev.slipway.base.Json;
import dev.slipway.net.Request;
import dev.slipway.net.Response;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.StreamSupport;
import tools.jackson.databind.node.ObjectNode;

/// Everything below an object: `status`, `scale`, and what only some kinds have.
final class Subresources {
  /// Subresources that show and take the whole object.
  private static final Set<String> WHOLE =
      Set.of("status", "ephemeralcontainers", "resize", "finalize");

  private static final Set<String> CONNECT =
      Set.of("log", "exec", "attach", "portforward", "proxy");

  /// Kinds that are asked rather than stored.
  @FunctionalInterface
  interface Reviews {
    /// @return the review with its status; empty where the kind is an ordinary one
    Optional<ObjectNode> review(Call call, ObjectNode object);
  }

  /// Mints service-account tokens.
  @FunctionalInterface
  interface Tokens {
    /// @return the `TokenRequest` with its status
    ObjectNode mint(Call call, ObjectNode tokenRequest);
  }

  private final Verbs verbs;
  private final PodVerbs podVerbs;
  private final Reviews reviews;
  private final Tokens tokens;
  private final PodAccess podAccess;
  private final Supplier<Resource> pods;

  Subresources(
      Verbs verbs,
      PodVerbs podVerbs,
      Reviews reviews,
      Tokens tokens,
      PodAccess podAccess,
      Supplier<Resource> pods) {
    this.verbs = verbs;
    this.podVerbs = podVerbs;
    this.reviews = reviews;
    this.tokens = tokens;
    this.podAccess = podAccess;
    this.pods = pods;
  }

  /// Kinds whose creation stores nothing of its own: reviews and bindings.
  Optional<ObjectNode> createdElsewhere(Call call, ObjectNode object) {
    if (call.resource().storageKey().equals("bindings")) {
      return Optional.of(podVerbs.bind(asPod(call, Metas.name(object)), object));
    }
    return reviews.review(call, object);
  }

  private Call asPod(Call call, String name) {
    return new Call(
        pods.get(),
        call.namespace(),
        name,
        "binding",
        call.user(),
        call.dryRun(),
        call.fieldManager(),
        call.fieldValidation(),
        call.warnings());
  }

  void handle(Intent intent, Call call, Request request, Response response) throws Exception {
    String sub = call.subresource();
    Resource resource = call.resource();
    boolean served =
        (sub.equals("status") && resource.status())
            || (sub.equals("scale") && resource.scale().isPresent())
            || resource.subresources().contains(sub);
    if (!served) {
      throw ApiException.noSuchPath();
    }
    if (CONNECT.contains(sub)) {
      connect(intent, call, request, response);
    } else if (sub.equals("scale")) {
      scale(intent, call, request, response);
    } else if (WHOLE.contains(sub)) {
      send(whole(intent, call, request), call, intent, request, response);
    } else {
      send(posted(intent, call, request), call, intent, request, response);
    }
  }

  private Outcome whole(Intent intent, Call call, Request request) {
    return switch (intent.verb()) {
      case "get" -> verbs.get(call);
      case "update" ->
          verbs.replace(
              call,
              ResourceHandler.object(call, request),
              ResourceHandler.options(intent, "UpdateOptions"));
      case "patch" -> ResourceHandler.patch(verbs, intent, call, request);
      default -> throw ApiException.methodNotAllowed();
    };
  }

  private Outcome posted(Intent intent, Call call, Request request) {
    if (!intent.verb().equals("create")) {
      throw ApiException.methodNotAllowed();
    }
    ObjectNode object = ResourceHandler.object(call, request);
    ObjectNode answer =
        switch (call.subresource()) {
          case "binding" -> podVerbs.bind(call, object);
          case "eviction" -> podVerbs.evict(call, object);
          case "token" -> tokens.mint(call, object);
          default -> throw ApiException.noSuchPath();
        };
    return Outcome.of(201, call.resource(), answer);
  }

  private void scale(Intent intent, Call call, Request request, Response response) {
    ObjectNode current = verbs.get(call).object();
    Outcome outcome =
        switch (intent.verb()) {
          case "get" -> verbs.get(call);
          case "update" ->
              verbs.scale(
                  call,
                  ResourceHandler.object(call, request),
                  ResourceHandler.options(intent, "UpdateOptions"));
          case "patch" -> patchScale(intent, call, request, current);
          default -> throw ApiException.methodNotAllowed();
        };
    ObjectNode view = Scales.of(call.resource(), outcome.object());
    Answers.headers(response, call, Form.PLAIN);
    Answers.send(response, outcome.code(), view, ResourceHandler.form(request));
  }

  private Outcome patchScale(Intent intent, Call call, Request request, ObjectNode current) {
    ObjectNode view = Scales.of(call.resource(), current);
    ObjectNode bare = view.deepCopy();
    Json.ensureObject(bare, "metadata").remove("resourceVersion");
    byte[] body = ResourceHandler.body(request);
    String type = Bodies.mediaType(request.header("content-type"));
    ObjectNode patched =
        type.equals(Patches.APPLY)
            ? Bodies.yaml(body).object()
            : Patches.apply(type, body, bare, Schema.ANYTHING, false);
    return verbs.scale(call, patched, ResourceHandler.options(intent, "PatchOptions"));
  }

  private void connect(Intent intent, Call call, Request request, Response response)
      throws Exception {
    if (!call.resource().storageKey().equals("pods")) {
      throw ApiException.unavailable(
          "no endpoints available for " + call.resource().plural() + " \"" + call.name() + "\"");
    }
    ObjectNode pod = verbs.get(call).object();
    checkContainer(call, pod, intent.query().text("container"));
    if (Json.text(pod, "spec", "nodeName").isEmpty()) {
      if (call.subresource().equals("log")) {
        response.header("content-type", "text/plain").send(new byte[0]);
        return;
      }
      throw ApiException.badRequest("pod " + call.name() + " does not have a host assigned");
    }
    podAccess.serve(pod, call.subresource(), intent.target().rest(), request, response);
  }

  private static void checkContainer(Call call, ObjectNode pod, String container) {
    boolean choosy =
        !call.subresource().equals("portforward") && !call.subresource().equals("proxy");
    if (!choosy) {
      return;
    }
    var names =
        StreamSupport.stream(pod.path("spec").path("containers").spliterator(), false)
            .map(each -> Json.text(each, "name"))
            .toList();
    if (container.isEmpty()) {
      if (names.size() > 1
          && Json.text(pod, "metadata", "annotations", DEFAULT_CONTAINER).isEmpty()) {
        throw ApiException.badRequest(
            "a container name must be specified for pod "
                + call.name()
                + ", choose one of: ["
                + String.join(" ", names)
                + "]");
      }
      return;
    }
    boolean known =
        names.contains(container)
            || has(pod, "initContainers", container)
            || has(pod, "ephemeralContainers", container);
    if (!known) {
      throw ApiException.badRequest(
          "container " + container + " is not valid for pod " + call.name());
    }
  }

  private static final String DEFAULT_CONTAINER = "kubectl.kubernetes.io/default-container";

  private static boolean has(ObjectNode pod, String list, String name) {
    return StreamSupport.stream(pod.path("spec").path(list).spliterator(), false)
        .anyMatch(each -> Json.text(each, "name").equals(name));
  }

  private void send(Outcome outcome, Call call, Intent intent, Request request, Response response) {
    Answers.send(
        response,
        call,
        outcome,
        ResourceHandler.form(request),
        intent.query().text("includeObject"),
        verbs.kit().clock());
  }
}

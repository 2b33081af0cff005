package dev.slipway.apiserver.rest;

import dev.slipway.apiserver.access.UserInfo;
import dev.slipway.apiserver.apply.ManagerNames;
import dev.slipway.apiserver.error.ApiException;
import dev.slipway.apiserver.patch.Patches;
import dev.slipway.apiserver.resource.Resource;
import dev.slipway.base.Json;
import dev.slipway.net.Request;
import dev.slipway.net.Response;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Requests about objects and collections, already authorised: from HTTP to the verbs and back.
final class ResourceHandler {
  private static final Set<String> VALIDATIONS = Set.of("", "Ignore", "Warn", "Strict");

  /// What may be done to namespaced objects without naming a namespace.
  private static final Set<String> ACROSS_NAMESPACES = Set.of("list", "watch");

  private final Verbs verbs;
  private final Lists lists;
  private final Watches watches;
  private final Subresources subresources;
  private final UsageVerbs usage;

  ResourceHandler(Verbs verbs, Watches watches, Subresources subresources, UsageVerbs usage) {
    this.usage = usage;
    this.verbs = verbs;
    this.lists = new Lists(verbs.kit());
    this.watches = watches;
    this.subresources = subresources;
  }

  void handle(Intent intent, UserInfo user, Request request, Response response) throws Exception {
    Resource resource = intent.resource();
    Query query = intent.query();
    Call call = call(intent, user, request);
    if (!resource.deprecationWarning().isEmpty()) {
      call.warnings().accept(resource.deprecationWarning());
    }
    if (!intent.target().subresource().isEmpty()) {
      subresources.handle(intent, call, request, response);
      return;
    }
    boolean everywhere = resource.namespaced() && call.namespace().isEmpty();
    if (!resource.verbs().contains(intent.verb())
        || (everywhere && !ACROSS_NAMESPACES.contains(intent.verb()))) {
      throw ApiException.methodNotAllowed();
    }
    switch (intent.verb()) {
      case "list" -> list(call, query, request, response);
      case "watch" -> watch(call, query, request, response);
      case "deletecollection" -> deleteAll(call, query, request, response);
      default -> answer(one(intent, call, request), call, query, request, response);
    }
  }

  private void list(Call call, Query query, Request request, Response response) {
    if (measured(call.resource())) {
      usage.list(call, query, form(request), response);
    } else {
      lists.list(call, query, form(request), response);
    }
  }

  private static boolean measured(Resource resource) {
    return resource.group().equals(UsageVerbs.GROUP);
  }

  private Outcome one(Intent intent, Call call, Request request) {
    return switch (intent.verb()) {
      case "get" -> measured(call.resource()) ? usage.get(call) : verbs.get(call);
      case "create" -> create(call, intent, request);
      case "update" -> verbs.replace(call, object(call, request), options(intent, "UpdateOptions"));
      case "patch" -> patch(verbs, intent, call, request);
      case "delete" -> verbs.delete(call, deleteOptions(intent.query(), request));
      default -> throw ApiException.methodNotAllowed();
    };
  }

  private Outcome create(Call call, Intent intent, Request request) {
    ObjectNode object = object(call, request);
    return subresources
        .createdElsewhere(call, object)
        .map(made -> Outcome.of(201, call.resource(), made))
        .orElseGet(() -> verbs.create(call, object, options(intent, "CreateOptions")));
  }

  static Outcome patch(Verbs verbs, Intent intent, Call call, Request request) {
    String type = Bodies.mediaType(request.header("content-type"));
    byte[] body = body(request);
    ObjectNode options = options(intent, "PatchOptions");
    if (type.equals(Patches.APPLY)) {
      Bodies.Decoded wanted = Bodies.yaml(body);
      refuseDuplicates(call, wanted);
      return verbs.apply(call, wanted.object(), intent.query().flag("force"), options);
    }
    if (intent.query().has("force")) {
      throw ApiException.of(
          422,
          "Invalid",
          "PatchOptions.meta.k8s.io \"\" is invalid: force: Forbidden: may not be specified for"
              + " non-apply patch",
          Json.object());
    }
    return verbs.patch(call, type, body, options);
  }

  private void deleteAll(Call call, Query query, Request request, Response response) {
    ObjectNode options = deleteOptions(query, request);
    Selection selection = Selection.of(call.resource(), query);
    Lists.Found found = lists.find(call, query, selection);
    List<ObjectNode> gone = verbs.deleteAll(call, found, options);
    ObjectNode list =
        Json.object()
            .put("kind", call.resource().listKind())
            .put("apiVersion", call.resource().apiVersion());
    list.putObject("metadata").put("resourceVersion", Long.toString(found.version()));
    ArrayNode items = list.putArray("items");
    gone.forEach(items::add);
    Answers.headers(response, call, Form.PLAIN);
    response.send(Json.bytes(list));
  }

  private void watch(Call call, Query query, Request request, Response response)
      throws InterruptedException {
    Form form = form(request);
    Watches.Plan plan = watches.plan(call, query, lists);
    if (request.isWebSocket()) {
      watches.run(call, query, form, plan, new SocketSink(request));
      return;
    }
    Answers.headers(response, call, form);
    var sink = new StreamSink(response);
    watches.run(call, query, form, plan, sink);
    sink.end();
  }

  void answer(Outcome outcome, Call call, Query query, Request request, Response response) {
    Answers.send(
        response, call, outcome, form(request), query.text("includeObject"), verbs.kit().clock());
  }

  static Form form(Request request) {
    return Form.of(request.header("accept"));
  }

  static byte[] body(Request request) {
    try {
      return request.body(Bodies.MAX_BYTES);
    } catch (Request.BodyTooLargeException _) {
      throw ApiException.tooLarge("Request entity too large: limit is " + Bodies.MAX_BYTES);
    }
  }

  /// The object in the body.
  static ObjectNode object(Call call, Request request) {
    byte[] body = body(request);
    String type = request.header("content-type");
    Bodies.Decoded decoded =
        call.resource().custom() ? Bodies.custom(body, type) : Bodies.builtin(body, type);
    refuseDuplicates(call, decoded);
    return decoded.object();
  }

  private static void refuseDuplicates(Call call, Bodies.Decoded decoded) {
    List<String> told =
        decoded.duplicates().stream().map(path -> "duplicate field \"" + path + '"').toList();
    Judge.strictness(call, told);
  }

  private static Call call(Intent intent, UserInfo user, Request request) {
    Query query = intent.query();
    String validation = query.text("fieldValidation");
    if (!VALIDATIONS.contains(validation)) {
      throw ApiException.of(
          422,
          "Invalid",
          "fieldValidation: Unsupported value: \""
              + validation
              + "\": supported values: \"Ignore\", \"Strict\", \"Warn\"",
          Json.object());
    }
    return new Call(
        intent.resource(),
        intent.resource().namespaced() ? intent.target().namespace() : "",
        intent.target().name(),
        intent.target().subresource(),
        user,
        dryRun(query),
        manager(query, request),
        validation.isEmpty() ? "Warn" : validation,
        new Warnings());
  }

  private static boolean dryRun(Query query) {
    List<String> asked = query.all("dryRun");
    for (String each : asked) {
      if (!each.equals("All")) {
        throw ApiException.of(
            422,
            "Invalid",
            "dryRun: Unsupported value: \"" + each + "\": supported values: \"All\"",
            Json.object());
      }
    }
    return !asked.isEmpty();
  }

  /// Who owns the fields: as named, else the client program's name; an apply must name it.
  private static String manager(Query query, Request request) {
    String named = query.text("fieldManager");
    boolean apply = Bodies.mediaType(request.header("content-type")).equals(Patches.APPLY);
    return apply ? named : ManagerNames.of(named, request.header("user-agent"));
  }

  static ObjectNode options(Intent intent, String kind) {
    ObjectNode options = Json.object().put("kind", kind).put("apiVersion", "meta.k8s.io/v1");
    for (String field : List.of("fieldManager", "fieldValidation")) {
      if (intent.query().has(field)) {
        options.put(field, intent.query().text(field));
      }
    }
    if (intent.query().has("dryRun")) {
      options.putArray("dryRun").add("All");
    }
    return options;
  }

  /// `DeleteOptions` from the body, else from the query.
  static ObjectNode deleteOptions(Query query, Request request) {
    byte[] body = body(request);
    ObjectNode options =
        body.length == 0
            ? Json.object()
            : Bodies.builtin(body, request.header("content-type")).object();
    if (query.has("gracePeriodSeconds")) {
      options.put("gracePeriodSeconds", query.number("gracePeriodSeconds", 0));
    }
    if (query.has("propagationPolicy")) {
      options.put("propagationPolicy", query.text("propagationPolicy"));
    }
    if (query.has("orphanDependents")) {
      options.put("orphanDependents", query.flag("orphanDependents"));
    }
    return options;
  }
}

package dev.slipway.registry.models;

import dev.slipway.base.Json;
import dev.slipway.registry.RegistryException;
import dev.slipway.registry.rest.Arguments;
import dev.slipway.registry.rest.Page;
import dev.slipway.registry.sql.Database;
import dev.slipway.registry.sql.Row;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Who wants to hear of changes to registered models.
public final class Webhooks {
  private static final Pattern NAME =
      Pattern.compile("(?=.{1,63}$)[a-zA-Z0-9]([a-zA-Z0-9._-]*[a-zA-Z0-9])?");
  private static final Set<String> ENTITIES =
      Set.of(
          "REGISTERED_MODEL",
          "MODEL_VERSION",
          "MODEL_VERSION_TAG",
          "MODEL_VERSION_ALIAS",
          "PROMPT",
          "PROMPT_VERSION",
          "PROMPT_TAG",
          "PROMPT_VERSION_TAG",
          "PROMPT_ALIAS");
  private static final Set<String> ACTIONS = Set.of("CREATED", "UPDATED", "DELETED", "SET");
  private static final String COLUMNS =
      "webhook_id, name, description, url, events, status, creation_timestamp,"
          + " last_updated_timestamp";

  private final Database database;
  private final InstantSource clock;
  private final Delivery delivery;

  public Webhooks(Database database, InstantSource clock, Delivery delivery) {
    this.database = database;
    this.clock = clock;
    this.delivery = delivery;
  }

  public ObjectNode create(Arguments arguments) {
    String id = UUID.randomUUID().toString();
    String name = arguments.required("name");
    String url = arguments.required("url");
    checkName(name);
    checkUrl(url);
    String events = events(arguments).toString();
    String status =
        status(arguments.text("status").isEmpty() ? "ACTIVE" : arguments.text("status"));
    long now = clock.millis();
    return answer(
        database.write(
            session -> {
              session.update(
                  "INSERT INTO webhooks (webhook_id, name, description, url, events, secret,"
                      + " status, creation_timestamp, last_updated_timestamp)"
                      + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                  id,
                  name,
                  arguments.text("description"),
                  url,
                  events,
                  arguments.text("secret"),
                  status,
                  now,
                  now);
              return read(session, id);
            }));
  }

  private static void checkName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw RegistryException.invalid(
          "Webhook name '"
              + name
              + "' is invalid. It must start and end with a letter or digit, be less than 63"
              + " characters long, and contain only letters, digits, dots (.), underscores (_),"
              + " and hyphens (-).");
    }
  }

  private static void checkUrl(String url) {
    String scheme = "";
    try {
      URI parsed = URI.create(url);
      scheme = parsed.getScheme() == null || parsed.getHost() == null ? "" : parsed.getScheme();
    } catch (IllegalArgumentException e) {
      throw RegistryException.invalid("Invalid webhook URL '" + url + "': " + e.getMessage());
    }
    if (!scheme.equals("https") && !scheme.equals("http")) {
      throw RegistryException.invalid(
          "Invalid webhook URL scheme: '" + scheme + "'. Allowed schemes are: https, http.");
    }
  }

  private static ArrayNode events(Arguments arguments) {
    ArrayNode events = Json.array();
    for (Arguments each : arguments.objects("events")) {
      String entity = each.required("entity").toUpperCase(Locale.ROOT);
      String action = each.required("action").toUpperCase(Locale.ROOT);
      if (!ENTITIES.contains(entity) || !ACTIONS.contains(action)) {
        throw RegistryException.invalid("Invalid webhook event: " + entity + "." + action);
      }
      events.addObject().put("entity", entity).put("action", action);
    }
    if (events.isEmpty()) {
      throw RegistryException.invalid(
          "Webhook events must be a non-empty list of WebhookEvent objects: [].");
    }
    return events;
  }

  private static String status(String written) {
    String status = written.toUpperCase(Locale.ROOT);
    if (!status.equals("ACTIVE") && !status.equals("DISABLED")) {
      throw RegistryException.invalid(
          "Invalid webhook status '" + written + "': expected ACTIVE or DISABLED");
    }
    return status;
  }

  public ObjectNode list(Arguments arguments) {
    var page = Page.of(arguments, 100, 1000);
    List<ObjectNode> found =
        database.read(
            session ->
                session.list(
                    "SELECT "
                        + COLUMNS
                        + " FROM webhooks"
                        + " ORDER BY creation_timestamp DESC, webhook_id"
                        + page.sql(),
                    Webhooks::webhook));
    return page.answer("webhooks", found, each -> each);
  }

  public ObjectNode get(Arguments arguments) {
    String id = arguments.required("webhook_id");
    return answer(database.read(session -> read(session, id)));
  }

  public ObjectNode update(Arguments arguments) {
    String id = arguments.required("webhook_id");
    arguments.optional("name").ifPresent(Webhooks::checkName);
    arguments.optional("url").ifPresent(Webhooks::checkUrl);
    return answer(
        database.write(
            session -> {
              var _ = read(session, id);
              for (String field : List.of("name", "description", "url", "secret")) {
                arguments
                    .optional(field)
                    .ifPresent(
                        value ->
                            session.update(
                                "UPDATE webhooks SET " + field + " = ? WHERE webhook_id = ?",
                                value,
                                id));
              }
              if (arguments.has("status")) {
                session.update(
                    "UPDATE webhooks SET status = ? WHERE webhook_id = ?",
                    status(arguments.text("status")),
                    id);
              }
              if (!arguments.objects("events").isEmpty()) {
                session.update(
                    "UPDATE webhooks SET events = ? WHERE webhook_id = ?",
                    events(arguments).toString(),
                    id);
              }
              session.update(
                  "UPDATE webhooks SET last_updated_timestamp = ? WHERE webhook_id = ?",
                  clock.millis(),
                  id);
              return read(session, id);
            }));
  }

  public ObjectNode delete(Arguments arguments) {
    String id = arguments.required("webhook_id");
    var _ =
        database.write(
            session -> {
              var _ = read(session, id);
              return session.update("DELETE FROM webhooks WHERE webhook_id = ?", id);
            });
    return Json.object();
  }

  /// Sends one made-up event, and says what came back.
  public ObjectNode test(Arguments arguments) {
    String id = arguments.required("webhook_id");
    ObjectNode known = database.read(session -> read(session, id));
    Arguments event = arguments.object("event");
    var first = known.path("events").path(0);
    String entity = event.has("entity") ? event.text("entity") : Json.text(first, "entity");
    String action = event.has("action") ? event.text("action") : Json.text(first, "action");
    ObjectNode data = Json.object().put("name", "example_model").put("version", "1");
    var result = delivery.send(target(id), entity, action, data);
    ObjectNode answer = Json.object();
    answer.set("result", result);
    return answer;
  }

  private Delivery.Target target(String id) {
    return database.read(
        session ->
            session
                .first(
                    "SELECT url, secret FROM webhooks WHERE webhook_id = ?", Webhooks::target, id)
                .orElseThrow(() -> unknown(id)));
  }

  private static Delivery.Target target(Row row) {
    return new Delivery.Target(URI.create(row.text(1)), row.text(2));
  }

  /// Tells all who listen to an event; returns before they have heard.
  void tell(String entity, String action, ObjectNode data) {
    ObjectNode event = Json.object().put("entity", entity).put("action", action);
    List<Delivery.Target> targets =
        database.read(
            session ->
                session.list(
                    "SELECT url, secret FROM webhooks WHERE status = 'ACTIVE' AND events LIKE ?",
                    Webhooks::target,
                    "%" + event + "%"));
    for (Delivery.Target each : targets) {
      delivery.enqueue(each, entity, action, data);
    }
  }

  private static ObjectNode read(dev.slipway.registry.sql.Session session, String id) {
    return session
        .first("SELECT " + COLUMNS + " FROM webhooks WHERE webhook_id = ?", Webhooks::webhook, id)
        .orElseThrow(() -> unknown(id));
  }

  private static RegistryException unknown(String id) {
    return RegistryException.missing("Webhook with ID " + id + " not found.");
  }

  private static ObjectNode webhook(Row row) {
    ObjectNode webhook =
        Json.object()
            .put("webhook_id", row.text(1))
            .put("name", row.text(2))
            .put("description", row.text(3))
            .put("url", row.text(4));
    webhook.set("events", Json.MAPPER.readTree(row.text(5)));
    return webhook
        .put("status", row.text(6))
        .put("creation_timestamp", row.number(7))
        .put("last_updated_timestamp", row.number(8));
  }

  private static ObjectNode answer(ObjectNode webhook) {
    ObjectNode answer = Json.object();
    answer.set("webhook", webhook);
    return answer;
  }
}

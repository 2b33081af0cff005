package dev.slipway.control.fake;

import dev.slipway.base.Json;
import dev.slipway.control.Kind;
import dev.slipway.control.Plan;
import dev.slipway.control.Resource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What came of a plan, in forms that read well in an assertion.
public final class Planned {
  private final Plan plan;
  private final Resource primary;

  Planned(Plan plan, Resource primary) {
    this.plan = plan;
    this.primary = primary;
  }

  public Plan plan() {
    return plan;
  }

  /// An object the plan keeps or creates.
  ///
  /// @throws AssertionError naming what there is, where there is none
  public Resource object(Kind kind, String name) {
    return wanted(kind)
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> new AssertionError("no " + kind + " " + name + " in the plan: " + names(kind)));
  }

  /// The only object of its kind that the plan keeps or creates.
  ///
  /// @throws AssertionError where there are none or several
  public Resource only(Kind kind) {
    List<Resource> all = wanted(kind).toList();
    if (all.size() != 1) {
      throw new AssertionError("expected one " + kind + " in the plan, found " + names(kind));
    }
    return all.getFirst();
  }

  /// Names of the objects of a kind that the plan keeps or creates, in its order; what only has a
  /// `generateName` shows that.
  public List<String> names(Kind kind) {
    return wanted(kind)
        .map(each -> each.name().isEmpty() ? each.text("metadata", "generateName") : each.name())
        .toList();
  }

  private Stream<Resource> wanted(Kind kind) {
    return Stream.concat(
            plan.kept().stream().filter(each -> each.kind().equals(kind)).map(Plan.Kept::object),
            plan.created().stream()
                .filter(each -> each.kind().equals(kind))
                .map(Plan.Created::object))
        .map(object -> Resource.of(kind, object));
  }

  /// `pods/web-1` of what the plan deletes, in its order.
  public List<String> deleted() {
    return plan.deleted().stream()
        .map(each -> each.key().kind().qualified() + "/" + each.key().name())
        .toList();
  }

  /// `deployments.apps/web scale {"spec":{"replicas":2}}` of what the plan patches, in its order.
  public List<String> changed() {
    return plan.changed().stream()
        .map(
            each ->
                each.key().kind().qualified()
                    + "/"
                    + each.key().name()
                    + (each.subresource().isEmpty() ? "" : " " + each.subresource())
                    + " "
                    + each.patch())
        .toList();
  }

  /// The status as it will be: the plan's, or where it has none the one that is there.
  public JsonNode status() {
    return plan.status().<JsonNode>map(each -> each).orElse(primary.status());
  }

  /// `True`, `False Reason`, `Unknown Reason: message`; empty where there is no such condition.
  public String condition(String type) {
    for (JsonNode each : status().path("conditions")) {
      if (Json.text(each, "type").equals(type)) {
        String reason = Json.text(each, "reason");
        String message = Json.text(each, "message");
        return Json.text(each, "status")
            + (reason.isEmpty() ? "" : " " + reason)
            + (message.isEmpty() ? "" : ": " + message);
      }
    }
    return "";
  }

  /// `Normal Reason message` of each event, in order.
  public List<String> events() {
    return plan.happenings().stream()
        .map(each -> each.type() + " " + each.reason() + " " + each.message())
        .toList();
  }

  /// When it wants to be planned for again.
  public Optional<Duration> again() {
    return plan.again();
  }

  /// The primary as the plan wants it, or as it is.
  public Resource primary() {
    return plan.primary().map(each -> Resource.of(primary.kind(), each)).orElse(primary);
  }

  /// Everything, as JSON.
  @Override
  public String toString() {
    ObjectNode all = Json.object();
    var kept = all.putArray("kept");
    plan.kept().forEach(each -> kept.add(each.object()));
    var created = all.putArray("created");
    plan.created().forEach(each -> created.add(each.object()));
    changed().forEach(all.putArray("changed")::add);
    deleted().forEach(all.putArray("deleted")::add);
    plan.primary().ifPresent(each -> all.set("primary", each));
    plan.status().ifPresent(each -> all.set("status", each));
    events().forEach(all.putArray("events")::add);
    plan.again().ifPresent(each -> all.put("again", each.toString()));
    return all.toPrettyString();
  }
}

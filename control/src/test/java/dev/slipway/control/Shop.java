package dev.slipway.control;

import dev.slipway.base.Json;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import tools.jackson.databind.node.ObjectNode;

/// Two reconcilers to try the loop with: a Deployment keeps a ConfigMap for each replica and one
/// Service; a Service counts the ConfigMaps its selector finds. Both tell what they saw.
final class Shop {
  private Shop() {}

  static List<Reconciler> reconcilers() {
    return List.of(new Shelves(), new Counts());
  }

  static ObjectNode deployment(String name, int replicas) {
    return Json.parseObject(
        """
        {"metadata": {"name": "%s"}, "spec": {"replicas": %d}}
        """
            .formatted(name, replicas));
  }

  static final class Shelves implements Reconciler {
    @Override
    public Kind kind() {
      return Kinds.DEPLOYMENT;
    }

    @Override
    public Set<Kind> children() {
      return Set.of(Kinds.CONFIG_MAP, Kinds.SERVICE);
    }

    @Override
    public Plan plan(Resource primary, Observed observed) {
      var plan = new Plan();
      int replicas = primary.spec().path("replicas").asInt(0);
      String color =
          observed
              .find(Kinds.SECRET.key(primary.namespace(), "paint"))
              .map(secret -> secret.text("data", "color"))
              .orElse("grey");
      IntStream.range(0, replicas)
          .forEach(i -> plan.keep(Kinds.CONFIG_MAP, shelf(primary, i, color)));
      plan.keep(Kinds.SERVICE, door(primary));
      int there = observed.children(Kinds.CONFIG_MAP).size();
      ObjectNode status = Json.object().put("replicas", there);
      status.put("observedGeneration", primary.generation());
      status.set(
          "conditions",
          Conditions.of(primary, observed.now())
              .set("Available", there == replicas ? "True" : "False", "Counted", there + " shelves")
              .toJson());
      if (there < replicas) {
        plan.event("Building", "building " + replicas + " shelves").again(Duration.ofMinutes(1));
      }
      return plan.status(status);
    }

    private static ObjectNode shelf(Resource primary, int number, String color) {
      ObjectNode shelf = Json.object();
      ObjectNode metadata = shelf.putObject("metadata").put("name", primary.name() + "-" + number);
      metadata.putObject("labels").put("shop", primary.name());
      shelf.putObject("data").put("color", color).put("number", Integer.toString(number));
      return shelf;
    }

    private static ObjectNode door(Resource primary) {
      ObjectNode door = Json.object();
      door.putObject("metadata").put("name", primary.name());
      door.putObject("spec").putObject("selector").put("shop", primary.name());
      Json.ensureObject(door, "spec").putArray("ports").addObject().put("port", 80);
      return door;
    }
  }

  static final class Counts implements Reconciler {
    @Override
    public Kind kind() {
      return Kinds.SERVICE;
    }

    @Override
    public Set<Kind> children() {
      return Set.of();
    }

    @Override
    public Plan plan(Resource primary, Observed observed) {
      Map<String, String> selector = Json.strings(primary.tree(), "spec", "selector");
      var found = observed.list(Kinds.CONFIG_MAP, primary.namespace(), selector);
      ObjectNode object = Json.object();
      object.putObject("metadata").put("name", primary.name() + "-count");
      object.putObject("subsets").put("count", found.size());
      return new Plan().keep(Kinds.ENDPOINTS, object).spare(Kinds.ENDPOINTS);
    }
  }
}

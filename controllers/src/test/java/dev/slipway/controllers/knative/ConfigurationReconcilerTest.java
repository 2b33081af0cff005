package dev.slipway.controllers.knative;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Observed;
import dev.slipway.control.fake.FakeClock;
import dev.slipway.control.fake.Planned;
import dev.slipway.control.fake.World;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

final class ConfigurationReconcilerTest {
  private static final String WEB =
      """
      {"metadata":{"name":"web","generation":3,"labels":{"serving.knative.dev/service":"web"},
         "annotations":{"serving.knative.dev/creator":"ada"}},
       "spec":{"template":{"metadata":{"annotations":{"autoscaling.knative.dev/min-scale":"1"}},
         "spec":{"containers":[{"image":"a"}]}}}}
      """;

  private static World web() {
    return World.of(Kinds.CONFIGURATION, WEB);
  }

  private static Planned plan(World world) {
    return world.plan(new ConfigurationReconciler());
  }

  private static ObjectNode revision(int number, String ready, String state) {
    return Json.parseObject(
        """
        {"metadata":{"name":"web-%05d","labels":{"serving.knative.dev/configurationGeneration":"%d",
           "serving.knative.dev/routingState":"%s"}},
         "spec":{"containers":[{"image":"a"}]},
         "status":{"conditions":[{"type":"Ready","status":"%s","message":"broken"}]}}
        """
            .formatted(number, number, state, ready));
  }

  @Test
  void aNewTemplateIsARevisionNamedByItsGeneration() {
    var made = plan(web()).only(Kinds.REVISION);
    assertThat(made.name()).isEqualTo("web-00003");
    assertThat(made.labels())
        .containsEntry("serving.knative.dev/configuration", "web")
        .containsEntry("serving.knative.dev/configurationGeneration", "3")
        .containsEntry("serving.knative.dev/service", "web")
        .containsEntry("serving.knative.dev/routingState", "pending");
    assertThat(made.annotations())
        .containsEntry("autoscaling.knative.dev/min-scale", "1")
        .containsEntry("serving.knative.dev/creator", "ada");
    assertThat(made.tree().at("/spec/containers/0/image").asString()).isEqualTo("a");
  }

  @Test
  void theYoungestReadyRevisionIsTheLatestWhateverFailedAfterIt() {
    var planned =
        plan(
            web()
                .child(Kinds.REVISION, revision(1, "True", "active"))
                .child(Kinds.REVISION, revision(2, "True", "active"))
                .child(Kinds.REVISION, revision(3, "False", "pending")));
    assertThat(planned.status().path("latestReadyRevisionName").asString()).isEqualTo("web-00002");
    assertThat(planned.status().path("latestCreatedRevisionName").asString())
        .isEqualTo("web-00003");
    assertThat(planned.condition("Ready"))
        .isEqualTo("False RevisionFailed: Revision \"web-00003\" failed with message: broken.");
  }

  @Test
  void aRevisionOfThatNameThatIsAnothersIsToldOf() {
    var planned = plan(web().with(Kinds.REVISION, revision(3, "True", "active")));
    assertThat(planned.condition("Ready"))
        .isEqualTo(
            "False RevisionFailed: Revision creation failed with message: there is another"
                + " Revision \"web-00003\".");
    assertThat(planned.names(Kinds.REVISION)).isEmpty();
  }

  @Test
  void aRevisionThatIsRefusedIsToldOf() {
    var refusal =
        new Observed.Refusal(
            "create", Kinds.REVISION, "web-00003", "Forbidden", "exceeded quota: few");
    assertThat(plan(web().refused(refusal)).condition("Ready"))
        .isEqualTo(
            "False RevisionFailed: Revision creation failed with message: exceeded quota: few.");
  }

  @Test
  void revisionsWithoutTrafficAreCollectedOnceThereAreTooMany() {
    var world =
        web()
            .with("/status", "latestReadyRevisionName", "web-00003")
            .with(
                Kinds.CONFIG_MAP,
                """
                {"metadata":{"name":"config-gc","namespace":"knative-serving"},"data":{
                  "min-non-active-revisions":"1","retain-since-create-time":"1h",
                  "retain-since-last-active-time":"disabled"}}
                """)
            .child(Kinds.REVISION, revision(1, "True", "reserve"))
            .child(Kinds.REVISION, revision(2, "True", "reserve"))
            .child(Kinds.REVISION, revision(3, "True", "active"));
    assertThat(plan(world).deleted()).isEmpty();
    var late = plan(world.at(FakeClock.START.plus(Duration.ofHours(2))));
    assertThat(late.deleted()).containsExactly("revisions.serving.knative.dev/web-00001");
  }

  @Test
  void aRevisionWhoseRouteIsGoneIsInReserve() {
    var routed = revision(3, "True", "active");
    Json.ensureObject(routed, "metadata", "annotations").put(Serving.ROUTES, "web");
    var planned = plan(web().child(Kinds.REVISION, routed));
    assertThat(planned.changed()).hasSize(1);
    assertThat(planned.changed().getFirst())
        .contains("\"serving.knative.dev/routingState\":\"reserve\"")
        .contains("\"serving.knative.dev/routes\":null");
    var kept =
        plan(
            web()
                .child(Kinds.REVISION, routed)
                .with(Kinds.KNATIVE_ROUTE, "{\"metadata\":{\"name\":\"web\"}}"));
    assertThat(kept.changed()).isEmpty();
  }
}

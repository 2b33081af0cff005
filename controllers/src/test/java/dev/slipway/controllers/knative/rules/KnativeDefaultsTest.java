package dev.slipway.controllers.knative.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

final class KnativeDefaultsTest {
  private static final String PLAIN =
      """
      {"metadata":{"name":"web","namespace":"default"},
       "spec":{"template":{"spec":{"containers":[{"image":"registry/web:1"}]}}}}
      """;

  private static JsonNode spec(ObjectNode service) {
    return service.at("/spec/template/spec");
  }

  private static JsonNode json(String text) {
    return Json.MAPPER.readTree(text.replace('\'', '"'));
  }

  @Test
  void aBareServiceGetsEverythingItRunsWith() {
    var service = new Asked().complete(new ServiceRules(), PLAIN);
    assertThat((Object) spec(service))
        .isEqualTo(
            json(
                """
                {'containers':[{'image':'registry/web:1','name':'user-container',
                  'readinessProbe':{'tcpSocket':{'port':0},'successThreshold':1}}],
                 'timeoutSeconds':300,'containerConcurrency':0,'enableServiceLinks':false}
                """));
    assertThat((Object) service.at("/spec/traffic"))
        .isEqualTo(json("[{'latestRevision':true,'percent':100}]"));
    assertThat((Object) service.at("/metadata/annotations"))
        .isEqualTo(
            json("{'serving.knative.dev/creator':'ada','serving.knative.dev/lastModifier':'ada'}"));
  }

  @Test
  void completingTwiceChangesNothing() {
    var once = new Asked().complete(new ServiceRules(), PLAIN);
    var twice = once.deepCopy();
    var rules = new ServiceRules();
    rules.complete(new Asked().replacing(once).by("eve"), twice);
    assertThat((Object) twice).isEqualTo(once);
  }

  @Test
  void anAutoscalingBlockBecomesAnnotationsAndIsToldOf() {
    var asked = new Asked();
    var service =
        asked.complete(
            new ServiceRules(),
            """
            {"metadata":{"name":"model-serving"},"spec":{"template":{"spec":{
              "containers":[{"image":"my-model-server:latest"}],
              "autoscaling":{"target":100,"minScale":1,"maxScale":10,"colour":"red"}}}}}
            """);
    assertThat(service.at("/spec/template/spec").has("autoscaling")).isFalse();
    assertThat((Object) service.at("/spec/template/metadata/annotations"))
        .isEqualTo(
            json(
                """
                {'autoscaling.knative.dev/target':'100','autoscaling.knative.dev/min-scale':'1',
                 'autoscaling.knative.dev/max-scale':'10'}
                """));
    assertThat(asked.warned())
        .containsExactly(
            "spec.template.spec.autoscaling.target: unknown to Knative, taken as the annotation"
                + " autoscaling.knative.dev/target of the template",
            "spec.template.spec.autoscaling.minScale: unknown to Knative, taken as the annotation"
                + " autoscaling.knative.dev/min-scale of the template",
            "spec.template.spec.autoscaling.maxScale: unknown to Knative, taken as the annotation"
                + " autoscaling.knative.dev/max-scale of the template",
            "spec.template.spec.autoscaling.colour: unknown to Knative, ignored");
    assertThat(asked.problems(new ServiceRules(), service)).isEmpty();
  }

  @Test
  void anAnnotationHoldsAgainstTheBlock() {
    var asked = new Asked();
    var service =
        asked.complete(
            new ServiceRules(),
            """
            {"metadata":{"name":"web"},"spec":{"template":{
              "metadata":{"annotations":{"autoscaling.knative.dev/minScale":"3"}},
              "spec":{"containers":[{"image":"web"}],"autoscaling":{"minScale":1}}}}}
            """);
    assertThat((Object) service.at("/spec/template/metadata/annotations"))
        .isEqualTo(json("{'autoscaling.knative.dev/minScale':'3'}"));
    assertThat(asked.warned())
        .containsExactly(
            "spec.template.spec.autoscaling.minScale: ignored beside the annotation"
                + " autoscaling.knative.dev/minScale of the template");
  }

  @Test
  void severalContainersAreNumberedAroundNamesThatAreTaken() {
    var service =
        new Asked()
            .complete(
                new ServiceRules(),
                """
                {"metadata":{"name":"web"},"spec":{"template":{"spec":{"containers":[
                  {"image":"a","ports":[{"containerPort":80}]},
                  {"image":"b","name":"user-container-1"},{"image":"c"}],
                  "initContainers":[{"image":"d"}]}}}}
                """);
    assertThat(spec(service).path("containers").values().stream().map(e -> Json.text(e, "name")))
        .containsExactly("user-container-0", "user-container-1", "user-container-2");
    assertThat(spec(service).at("/initContainers/0/name").asString()).isEqualTo("init-container");
    assertThat(spec(service).at("/containers/0").has("readinessProbe")).isTrue();
    assertThat(spec(service).at("/containers/1").has("readinessProbe")).isFalse();
  }

  @Test
  void probesWithAPeriodGetKubernetesThresholds() {
    var service =
        new Asked()
            .complete(
                new ServiceRules(),
                """
                {"metadata":{"name":"web"},"spec":{"template":{"spec":{"containers":[{"image":"a",
                  "readinessProbe":{"httpGet":{"path":"/"},"periodSeconds":5}}]}}}}
                """);
    assertThat((Object) spec(service).at("/containers/0/readinessProbe"))
        .isEqualTo(
            json(
                """
                {'httpGet':{'path':'/'},'periodSeconds':5,'successThreshold':1,
                 'failureThreshold':3,'timeoutSeconds':1}
                """));
  }

  @Test
  void theClustersDefaultsHold() {
    var service =
        new Asked()
            .with("config-defaults", "revision-timeout-seconds", "120")
            .with("config-defaults", "revision-idle-timeout-seconds", "60")
            .with("config-defaults", "revision-response-start-timeout-seconds", "120")
            .with("config-defaults", "container-concurrency", "7")
            .with("config-defaults", "enable-service-links", "default")
            .with("config-defaults", "revision-cpu-request", "400m")
            .with("config-defaults", "revision-memory-limit", "2G")
            .complete(new ServiceRules(), PLAIN);
    assertThat((Object) spec(service).at("/containers/0/resources"))
        .isEqualTo(json("{'requests':{'cpu':'400m'},'limits':{'memory':'2G'}}"));
    assertThat(spec(service).path("timeoutSeconds").asInt()).isEqualTo(120);
    assertThat(spec(service).path("idleTimeoutSeconds").asInt()).isEqualTo(60);
    assertThat(spec(service).has("responseStartTimeoutSeconds")).isFalse();
    assertThat(spec(service).path("containerConcurrency").asInt()).isEqualTo(7);
    assertThat(spec(service).has("enableServiceLinks")).isFalse();
  }

  @Test
  void newDefaultsDoNotTouchATemplateThatDidNotChange() {
    var before = new Asked().complete(new ServiceRules(), PLAIN);
    var asked =
        new Asked().replacing(before).with("config-defaults", "revision-cpu-request", "400m");
    assertThat((Object) asked.complete(new ServiceRules(), before.toString())).isEqualTo(before);
  }

  @Test
  void mountsAreReadOnlyUnlessTheVolumeCanBeWrittenTo() {
    var service =
        new Asked()
            .complete(
                new ServiceRules(),
                """
                {"metadata":{"name":"web"},"spec":{"template":{"spec":{"containers":[{"image":"a",
                  "volumeMounts":[{"name":"s","mountPath":"/s"},{"name":"e","mountPath":"/e"}]}],
                  "volumes":[{"name":"s","secret":{"secretName":"x"}},{"name":"e","emptyDir":{}}]}}}}
                """);
    assertThat(spec(service).at("/containers/0/volumeMounts/0/readOnly").asBoolean()).isTrue();
    assertThat(spec(service).at("/containers/0/volumeMounts/1").has("readOnly")).isFalse();
  }

  @Test
  void whoChangesTheSpecIsNotedAndTheCreatorStays() {
    var before = new Asked().complete(new ServiceRules(), PLAIN);
    var asked = new Asked().replacing(before).by("eve");
    var after = asked.complete(new ServiceRules(), PLAIN.replace("web:1", "web:2"));
    assertThat((Object) after.at("/metadata/annotations"))
        .isEqualTo(
            json("{'serving.knative.dev/creator':'ada','serving.knative.dev/lastModifier':'eve'}"));
  }

  @Test
  void targetsSayWhetherTheyFollowTheLatest() {
    var route =
        new Asked()
            .complete(
                new RouteRules(),
                """
                {"metadata":{"name":"web"},"spec":{"traffic":[
                  {"configurationName":"web","percent":100},{"revisionName":"web-1","tag":"old"}]}}
                """);
    assertThat((Object) route.at("/spec/traffic"))
        .isEqualTo(
            json(
                """
                [{'configurationName':'web','percent':100,'latestRevision':true},
                 {'revisionName':'web-1','tag':'old','latestRevision':false,'percent':0}]
                """));
  }
}

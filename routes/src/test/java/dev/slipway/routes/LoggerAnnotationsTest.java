package dev.slipway.routes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import dev.slipway.dataplane.gateway.RouteTable.PayloadLog;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// KServe's logger, as Revisions and Services carry it on to the gateway.
final class LoggerAnnotationsTest {
  private static final String LOGGER = "internal.serving.kserve.io/logger";

  private static Resource component(Map<String, String> annotations) {
    var object =
        Json.parseObject(
            """
            {"metadata":{"name":"iris-predictor","namespace":"default",
              "labels":{"serving.kserve.io/inferenceservice":"iris","component":"predictor"}},
             "spec":{"ports":[{"port":80}]}}
            """);
    var said = Json.ensureObject(object, "metadata", "annotations");
    annotations.forEach(said::put);
    return Resource.of(Kinds.SERVICE, object);
  }

  @Test
  void everythingThatIsSaidIsTold() {
    var log =
        LoggerAnnotations.of(
            component(
                Map.of(
                    LOGGER,
                    "true",
                    LOGGER + "-sink-url",
                    "http://sink/",
                    LOGGER + "-mode",
                    "request",
                    LOGGER + "-metadata-headers",
                    "a, b",
                    LOGGER + "-metadata-annotations",
                    "team,nothing",
                    "team",
                    "x")));
    assertThat(log)
        .contains(
            new PayloadLog(
                URI.create("http://sink/"),
                "request",
                Map.of(
                    "inferenceservicename", "iris",
                    "namespace", "default",
                    "component", "predictor",
                    "annotations", "{\"team\":\"x\"}"),
                List.of("a", "b")));
  }

  @Test
  void whatIsNotSaidIsAsKserveHasIt() {
    var log = LoggerAnnotations.of(component(Map.of(LOGGER, "true"))).orElseThrow();
    assertThat(log.sink()).isEqualTo(URI.create("http://default-broker"));
    assertThat(log.mode()).isEqualTo("all");
  }

  @Test
  void withoutALoggerOrWithASinkThatIsNoAddressNothingIsTold() {
    assertThat(LoggerAnnotations.of(component(Map.of()))).isEmpty();
    var broken = Map.of(LOGGER, "true", LOGGER + "-sink-url", "no address at all");
    assertThat(LoggerAnnotations.of(component(broken))).isEmpty();
  }

  @Test
  void upstreamsOfRevisionsAndServicesHaveIt() {
    var service = component(Map.of(LOGGER, "true"));
    var facts = ServiceUpstreams.facts(service);
    assertThat(ServiceUpstreams.of(facts, List.of()).getFirst().payloads())
        .isEqualTo(LoggerAnnotations.of(service));
    var revision = RevisionUpstreams.of(service);
    assertThat(RevisionUpstreams.with(revision, List.of()).payloads())
        .isEqualTo(LoggerAnnotations.of(service))
        .isNotEqualTo(Optional.empty());
  }
}

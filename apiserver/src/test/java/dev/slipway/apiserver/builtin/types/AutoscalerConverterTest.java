package dev.slipway.apiserver.builtin.types;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

final class AutoscalerConverterTest {
  private final AutoscalerConverter converter = new AutoscalerConverter();

  @Test
  void theCpuTargetOfTheOldVersionIsAResourceMetricOfTheNew() {
    ObjectNode stored =
        converter.toStored(
            Json.parseObject(
                """
                {"apiVersion":"autoscaling/v1","spec":{"maxReplicas":3,
                 "targetCPUUtilizationPercentage":70}}"""));
    assertThat(stored)
        .isEqualTo(
            Json.parseObject(
                """
                {"apiVersion":"autoscaling/v2","spec":{"maxReplicas":3,"metrics":[
                 {"type":"Resource","resource":{"name":"cpu",
                  "target":{"averageUtilization":70,"type":"Utilization"}}}]}}"""));
    assertThat(converter.toServed(stored).at("/spec/targetCPUUtilizationPercentage").asInt())
        .isEqualTo(70);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        """
        {"type":"Object","object":{"describedObject":{"kind":"Service","name":"s"},
         "metric":{"name":"hits","selector":{"matchLabels":{"a":"b"}}},
         "target":{"value":"10","type":"Value"}}}""",
        """
        {"type":"Object","object":{"describedObject":{"kind":"Service","name":"s"},
         "metric":{"name":"hits"},"target":{"averageValue":"10","type":"AverageValue"}}}""",
        """
        {"type":"Pods","pods":{"metric":{"name":"q"},
         "target":{"averageValue":"5","type":"AverageValue"}}}""",
        """
        {"type":"External","external":{"metric":{"name":"q","selector":{}},
         "target":{"value":"5","type":"Value"}}}""",
        """
        {"type":"Resource","resource":{"name":"memory",
         "target":{"averageUtilization":5,"type":"Utilization"}}}""",
        """
        {"type":"ContainerResource","containerResource":{"name":"cpu","container":"c",
         "target":{"averageUtilization":5,"type":"Utilization"}}}"""
      })
  void otherMetricsSurviveAReadAndAWriteThroughTheOldVersion(String metric) {
    ObjectNode stored = Json.parseObject("{\"apiVersion\":\"autoscaling/v2\",\"spec\":{}}");
    Json.ensureObject(stored, "spec").putArray("metrics").add(Json.parseObject(metric));
    ObjectNode served = converter.toServed(stored.deepCopy());
    assertThat(served.at("/spec/metrics").isMissingNode()).isTrue();
    assertThat(converter.toStored(served).without("metadata")).isEqualTo(stored);
  }

  @Test
  void statusAndBehaviorSurviveAReadAndAWriteThroughTheOldVersion() {
    ObjectNode stored =
        Json.parseObject(
            """
            {"apiVersion":"autoscaling/v2","metadata":{"name":"a"},
             "spec":{"behavior":{"scaleUp":{"tolerance":"0.1"}}},
             "status":{"desiredReplicas":1,
              "currentMetrics":[{"type":"Resource","resource":{"name":"cpu",
               "current":{"averageUtilization":12,"averageValue":"100m"}}}],
              "conditions":[{"type":"AbleToScale","status":"True"}]}}""");
    ObjectNode served = converter.toServed(stored.deepCopy());
    assertThat(served.at("/status/currentCPUUtilizationPercentage").asInt()).isEqualTo(12);
    assertThat(converter.toStored(served)).isEqualTo(stored);
  }

  @Test
  void aDamagedNoteIsDropped() {
    ObjectNode stored =
        converter.toStored(
            Json.parseObject(
                """
                {"spec":{},"metadata":{"annotations":{
                 "autoscaling.alpha.kubernetes.io/metrics":"[{"}}}"""));
    assertThat(stored)
        .isEqualTo(
            Json.parseObject("{\"spec\":{},\"metadata\":{},\"apiVersion\":\"autoscaling/v2\"}"));
  }
}

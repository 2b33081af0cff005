package dev.slipway.controllers.kserve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.base.Json;
import dev.slipway.control.Kinds;
import dev.slipway.control.Resource;
import dev.slipway.controllers.kserve.RuntimeSelection.Choice;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

final class RuntimeSelectionTest {
  private static final List<Resource> BUILTIN =
      BuiltinRuntimes.runtimes().stream()
          .map(each -> Resource.of(Kinds.CLUSTER_SERVING_RUNTIME, each))
          .toList();

  @ParameterizedTest(name = "{0} {1} {2} {3}: {5}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # format     | version | protocol | runtime                 | chosen                    | why
          sklearn      |         |          |                         | kserve-sklearnserver      | speaks v1, which is meant where none is said
          sklearn      |         | v2       |                         | kserve-mlserver           | the higher priority
          sklearn      | 1       | v1       |                         | kserve-sklearnserver      | version as listed
          sklearn      | 0       | v2       |                         | kserve-mlserver           | the only one with version 0
          sklearn      | 1.3     |          |                         | kserve-sklearnserver      | its major
          tensorflow   | 2.8.0   | v1       |                         | kserve-tensorflow-serving | its major
          tensorflow   |         | v2       |                         | kserve-tritonserver       | the only one with v2
          onnx         |         | v2       |                         | kserve-tritonserver       | openvino is disabled
          xgboost      |         |          |                         | kserve-xgbserver          |
          lightgbm     | 3       | v2       |                         | kserve-mlserver           |
          mlflow       |         | v2       |                         | kserve-mlserver           |
          pytorch      |         |          |                         | kserve-torchserve         | triton lists it without autoSelect
          vLLM         |         | v2       |                         | kserve-vllmserver         | a runtime without protocols speaks all
          xgboost      |         |          | kserve-predictiveserver | kserve-predictiveserver   | named, autoSelect does not matter
          pmml         | 4       |          |                         | kserve-pmmlserver         |
          """)
  void choosesAsKServeDoes(
      String format, String version, String protocol, String runtime, String chosen, String why) {
    Choice choice =
        RuntimeSelection.choose(
            model(format, version, protocol, runtime), false, List.of(), BUILTIN);
    assertThat(choice).as(why).isInstanceOf(Choice.Chosen.class);
    assertThat(((Choice.Chosen) choice).runtime().name()).as(why).isEqualTo(chosen);
  }

  @ParameterizedTest(name = "{0} {1} {2} {3}: {4}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # format  | version | protocol | runtime              | reason               | message holds
          sklern    |         |          |                      | NoSupportingRuntime  | formats with a runtime: autogluon, huggingface
          sklearn   | 7       |          |                      | NoSupportingRuntime  | sklearn 1 on kserve-sklearnserver with v1, v2
          mlflow    |         |          |                      | NoSupportingRuntime  | mlflow 1 on kserve-mlserver with v2
          sklearn   |         |          | nobody               | RuntimeNotRecognized | No ServingRuntimes or ClusterServingRuntimes with the name: nobody
          onnx      |         |          | kserve-openvino      | RuntimeDisabled      | specified runtime kserve-openvino is disabled
          sklearn   |         | v2       | kserve-tritonserver  | NoSupportingRuntime  | does not support specified framework/version sklearn
          onnx      |         | v1       | kserve-tritonserver  | NoSupportingRuntime  | does not support specified protocol version v1 (it has v2, grpc-v2)
          """)
  void saysWhyNoneFits(
      String format,
      String version,
      String protocol,
      String runtime,
      String reason,
      String message) {
    Choice choice =
        RuntimeSelection.choose(
            model(format, version, protocol, runtime), false, List.of(), BUILTIN);
    assertThat(choice).isInstanceOf(Choice.Refused.class);
    assertThat(((Choice.Refused) choice).reason()).isEqualTo(reason);
    assertThat(((Choice.Refused) choice).message()).contains(message);
  }

  @Test
  void theNamespacesOwnRuntimesComeFirst() {
    Resource own = runtime("mine", "default", "2020-01-01T00:00:00Z", null);
    assertThat(chosen(List.of(own), BUILTIN)).isEqualTo("mine");
  }

  @Test
  void amongEqualsTheNewestThenTheFirstByNameIsChosen() {
    Resource older = runtime("a", "default", "2020-01-01T00:00:00Z", null);
    Resource newer = runtime("c", "default", "2021-01-01T00:00:00Z", null);
    Resource twin = runtime("b", "default", "2021-01-01T00:00:00Z", null);
    assertThat(chosen(List.of(older, newer, twin), List.of())).isEqualTo("b");
  }

  @Test
  void aPriorityBeatsNoneAndAHigherOneBeatsALower() {
    Resource none = runtime("none", "default", "2023-01-01T00:00:00Z", null);
    Resource low = runtime("low", "default", "2020-01-01T00:00:00Z", 1);
    Resource high = runtime("high", "default", "2020-01-01T00:00:00Z", 5);
    assertThat(chosen(List.of(none, low), List.of())).isEqualTo("low");
    assertThat(chosen(List.of(none, low, high), List.of())).isEqualTo("high");
  }

  private static String chosen(List<Resource> namespaced, List<Resource> clusterWide) {
    return ((Choice.Chosen)
            RuntimeSelection.choose(
                model("sklearn", null, null, null), false, namespaced, clusterWide))
        .runtime()
        .name();
  }

  private static Resource runtime(
      String name,
      String namespace,
      String created,
      @org.jspecify.annotations.Nullable Integer priority) {
    ObjectNode made = Json.object();
    made.putObject("metadata")
        .put("name", name)
        .put("namespace", namespace)
        .put("creationTimestamp", created);
    ObjectNode spec = made.putObject("spec");
    ObjectNode format =
        spec.putArray("supportedModelFormats")
            .addObject()
            .put("name", "sklearn")
            .put("autoSelect", true);
    if (priority != null) {
      format.put("priority", priority);
    }
    spec.putArray("protocolVersions").add("v1");
    return Resource.of(Kinds.SERVING_RUNTIME, made);
  }

  private static ObjectNode model(
      String format,
      @org.jspecify.annotations.Nullable String version,
      @org.jspecify.annotations.Nullable String protocol,
      @org.jspecify.annotations.Nullable String runtime) {
    ObjectNode model = Json.object();
    ObjectNode modelFormat = model.putObject("modelFormat").put("name", format);
    for (var entry : new ArrayList<>(List.of("version", "protocolVersion", "runtime"))) {
      String value =
          switch (entry) {
            case "version" -> version;
            case "protocolVersion" -> protocol;
            default -> runtime;
          };
      if (value != null) {
        (entry.equals("version") ? modelFormat : model).put(entry, value);
      }
    }
    return model;
  }
}

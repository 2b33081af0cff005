package dev.slipway.inference.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.base.Json;
import dev.slipway.inference.engine.ModelLoadException;
import dev.slipway.inference.engine.Signature;
import dev.slipway.inference.tensor.DataType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ModelLayoutTest {
  @TempDir Path temp;

  /// Makes files; the text after `=` is their content, `\n` its line ends.
  private Path files(String... files) throws IOException {
    Path root = temp.resolve("m");
    for (String each : files) {
      String[] parts = each.strip().split("=", 2);
      Path file = root.resolve(parts[0]);
      Files.createDirectories(file.getParent());
      String text = parts.length > 1 ? parts[1].replace("\\n", "\n") : "";
      Files.write(file, text.getBytes(StandardCharsets.ISO_8859_1));
    }
    return root;
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          model.joblib                                | sklearn     | kserve      | model.joblib
          model.pkl README.md requirements.txt        | sklearn     | kserve      | model.pkl
          model.bst=tree\\nversion=v4                 | lightgbm    | kserve      | model.bst
          model.bst=binf                              | xgboost     | kserve      | model.bst
          model.json={"learner":{}}                   | xgboost     | kserve      | model.json
          model.txt=tree\\nversion=v4 labels.txt=cat  | lightgbm    | kserve      | model.txt
          model.pmml                                  | pmml        | kserve      | model.pmml
          model.onnx model.onnx.data=x                | onnx        | kserve      | model.onnx
          saved_model.pb variables/x assets/a.txt     | tensorflow  | savedmodel  | .
          1/saved_model.pb 2/saved_model.pb           | tensorflow  | tfserving   | 2
          1/saved_model.pb 10/saved_model.pb 9/saved_model.pb | tensorflow | tfserving | 10
          00000123/saved_model.pb                     | tensorflow  | tfserving   | 00000123
          1/model.onnx                                | onnx        | triton      | 1/model.onnx
          1/model.savedmodel/saved_model.pb           | tensorflow  | triton      | 1/model.savedmodel
          config.json={} tokenizer.json={} model.onnx | huggingface | huggingface | .
          inner/model.joblib                          | sklearn     | kserve      | inner/model.joblib
          model=PK\u0003\u0004xxm/data.pkl            | pytorch     | kserve      | model
          """)
  void aDirectoryIsToldByItsFiles(String made, String format, String layout, String artifact)
      throws Exception {
    Path root = files(made.split(" +(?=\\S)", -1));
    ModelDescription found = ModelLayout.describe(root);
    assertThat(found.format()).isEqualTo(format);
    assertThat(found.layout()).isEqualTo(layout);
    assertThat(found.artifact()).isEqualTo(root.resolve(artifact).normalize());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          readme.md                       | holds no model: found readme.md; expected one model file
          a.joblib + b.pkl                  | holds more than one model file (a.joblib, b.pkl), expected one
          model.h5                        | Keras files are not read: export a SavedModel
          1/x.md                          | is a version without a model
          1/model.onnx + 2/model.joblib     | is of format sklearn where other versions are of onnx
          a/model.onnx + b/model.joblib     | is a repository of 2 models (a, b), expected one model
          config.pbtxt=name: "other"      | name is "other", expected that of the directory, "m"
          config.pbtxt=backend: "onnxruntime" | has no version: found config.pbtxt, expected a directory named by a number, such as 1/model.onnx
          config.pbtxt=backend: "tensorrt" | backend "tensorrt" has no engine here
          config.pbtxt=platform: "x       | config.pbtxt: line 1, column 11: a string is not closed
          MLmodel=flavors:\\n  python_function:\\n    data: x | python_function alone is a program
          MLmodel=flavors:\\n  sklearn:\\n    pickled_model: model.pkl | names model.pkl, of which none is there
          MLmodel=flavors:\\n  sklearn:\\n    pickled_model: ../x.pkl | which leads out
          model-settings.json={"implementation":"mine.Model"} + model.pkl | implementation "mine.Model" is a program
          model-settings.json=[ | is no JSON object
          """)
  void whatIsMissingIsNamed(String made, String message) throws Exception {
    Path root = files(made.split(" \\+ ", -1));
    assertThat(catchThrowableOfType(ModelLoadException.class, () -> ModelLayout.describe(root)))
        .hasMessageContaining(message)
        .hasMessageContaining(temp.toString());
  }

  @Test
  void aFormatChoosesAmongSeveralFiles() throws Exception {
    Path root = files("model.onnx", "model.joblib");
    assertThat(ModelLayout.describe(root, "onnx").artifact()).hasFileName("model.onnx");
    assertThat(ModelLayout.describe(root, "sklearn").artifact()).hasFileName("model.joblib");
  }

  @Test
  void aRepositoryHasAModelForEachDirectory() throws Exception {
    Path root = files("iris/model.joblib", "minilm/1/model.onnx", "notes/readme.md");
    assertThat(ModelLayout.describeAll(root))
        .extracting(ModelDescription::name)
        .containsExactly("iris", "minilm");
  }

  private static final String CONFIG =
      """
      # a whole configuration
      platform: "onnxruntime_onnx"
      max_batch_size: 8
      input [
        { name: "ids" data_type: TYPE_INT64 dims: [ -1 ] },
        { name: "image" data_type: TYPE_FP32 format: FORMAT_NCHW dims: [ 3, 4, 4 ]
          reshape { shape: [ 48 ] } optional: true }
      ]
      output { name: "scores" data_type: TYPE_STRING dims: 2 label_filename: "labels.txt" }
      version_policy: { specific { versions: [1, 3] } }
      instance_group [ { count: 2 kind: KIND_CPU }, { count: 1 } ]
      dynamic_batching {
        preferred_batch_size: [ 4, 8 ]
        max_queue_delay_microseconds: 1500
        priority_levels: 2 default_priority_level: 2
        default_queue_policy { timeout_action: DELAY default_timeout_microseconds: 7
          allow_timeout_override: true max_queue_size: 9 }
        priority_queue_policy { key: 1 value { max_queue_size: 1 } }
      }
      model_warmup [ { name: "w" batch_size: 1 inputs {
        key: "ids" value { data_type: TYPE_INT64 dims: [ 5 ] random_data: true } } } ]
      parameters { key: "intra_op_thread_count" value: { string_value: "1" } }
      response_cache { enable: true }
      optimization { execution_accelerators { cpu_execution_accelerator : [ {
        name : "openvino" } ] } }
      """;

  @Test
  void aTritonConfigurationIsReadWhole() throws Exception {
    Path root =
        files(
            "config.pbtxt=" + CONFIG,
            "labels.txt=no\nyes\n",
            "1/model.onnx",
            "2/model.onnx",
            "3/model.onnx");
    ModelDescription found = ModelLayout.describe(root);
    assertThat(found.format()).isEqualTo("onnx");
    assertThat(found.versions().served())
        .extracting(Versions.Version::name)
        .containsExactly("1", "3");
    assertThat(found.signature().orElseThrow().inputs())
        .containsExactly(
            Signature.Spec.of("ids", DataType.INT64, -1, -1),
            new Signature.Spec("image", DataType.FP32, List.of(-1L, 3L, 4L, 4L), true));
    assertThat(found.signature().orElseThrow().outputs())
        .containsExactly(Signature.Spec.of("scores", DataType.BYTES, -1, 2));
    assertThat(found.reshapes()).isEqualTo(Map.of("image", List.of(48L)));
    assertThat(found.classLabels()).isEqualTo(Map.of("scores", List.of("no", "yes")));
    assertThat(found.parameters()).isEqualTo(Map.of("intra_op_thread_count", "1"));
    Serving serving = found.serving();
    assertThat(serving.maxBatchSize()).contains(8);
    assertThat(serving.instances()).isEqualTo(3);
    assertThat(serving.responseCache()).isTrue();
    Serving.Batching batching = serving.batching().orElseThrow();
    assertThat(batching.preferredSizes()).containsExactly(4, 8);
    assertThat(batching.maxDelay()).isEqualTo(Duration.ofNanos(1_500_000));
    assertThat(batching.queue())
        .isEqualTo(new Serving.QueuePolicy(false, Duration.ofNanos(7000), true, 9));
    assertThat(batching.queues())
        .containsEntry(1L, new Serving.QueuePolicy(true, Duration.ZERO, false, 1));
    assertThat(serving.warmUps().getFirst().inputs().get("ids"))
        .isEqualTo(
            new Serving.WarmUp.Input(
                DataType.INT64, List.of(5L), new Serving.WarmUp.Content.Random()));
  }

  @ParameterizedTest(name = "{2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''    | 4 | without a name, the one for all
          small | 2 | by its name, of those in configs/
          other | 4 | no file of that name, so the one for all
          """)
  void aTritonConfigurationIsChosenByName(String name, int batch, String why) throws Exception {
    Path root =
        files(
            "config.pbtxt=backend: \"onnxruntime\" max_batch_size: 4",
            "configs/small.pbtxt=backend: \"onnxruntime\" max_batch_size: 2",
            "1/model.onnx");
    var found = ModelLayout.describe(root, "", name);
    assertThat(found.serving().maxBatchSize()).as(why).contains(batch);
  }

  @Test
  void aNamedTritonConfigurationIsEnoughAndStaysInItsDirectory() throws Exception {
    Path root = files("configs/a.pbtxt=backend: \"onnxruntime\" max_batch_size: 2", "1/model.onnx");
    assertThat(ModelLayout.describe(root, "", "a").serving().maxBatchSize()).contains(2);
    assertThat(ModelLayout.describe(root).serving().maxBatchSize()).isEmpty();
    assertThatThrownBy(() -> ModelLayout.describe(root, "", "../configs/../a"))
        .isInstanceOf(ModelLoadException.class)
        .hasMessage(
            "model_config_name is \"../configs/../a\", expected the name of a file in configs/");
  }

  @Test
  void theConfigurationIsShownWithItsDefaults() throws Exception {
    Path root = files("config.pbtxt=backend: \"onnxruntime\"", "1/model.onnx");
    var config = ModelLayout.describe(root).config().orElseThrow();
    assertThat(config.toString())
        .startsWith(
            "{\"name\":\"m\",\"platform\":\"\",\"backend\":\"onnxruntime\",\"runtime\":\"\","
                + "\"max_batch_size\":0,\"input\":[]");
    assertThat(config.has("optimization")).isFalse();
    assertThat(Json.at(config, "parameters").isObject()).isTrue();
  }

  @Test
  void anEnsembleHasStepsAndNoFiles() throws Exception {
    String config =
        """
        platform: "ensemble"
        input { name: "text" data_type: TYPE_STRING dims: 1 }
        output { name: "out" data_type: TYPE_FP32 dims: 1 }
        ensemble_scheduling { step [ { model_name: "tok" model_version: -1
          input_map { key: "t" value: "text" } output_map { key: "ids" value: "ids" } },
          { model_name: "net" input_map { key: "i" value: "ids" }
            output_map { key: "o" value: "out" } } ] }
        """;
    ModelDescription found = ModelLayout.describe(files("config.pbtxt=" + config));
    assertThat(found.format()).isEqualTo(ModelDescription.ENSEMBLE);
    assertThat(found.versions().present()).isEmpty();
    assertThat(found.steps())
        .extracting(ModelDescription.EnsembleStep::modelName)
        .containsExactly("tok", "net");
    assertThat(found.steps().getFirst().inputs()).isEqualTo(Map.of("t", "text"));
  }

  @Test
  void anMlflowModelGivesItsBestFlavourAndItsSignature() throws Exception {
    String mlmodel =
        """
        artifact_path: model
        flavors:
          python_function:
            loader_module: mlflow.sklearn
            model_path: model.pkl
          sklearn:
            code: null
            pickled_model: model.pkl
            serialization_format: cloudpickle
            sklearn_version: 1.6.1
        model_uuid: 01ab
        signature:
          inputs: '[{"type": "double", "name": "a", "required": true}, {"type": "long",
            "name": "b", "required": false}]'
          outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "int64", "shape": [-1]}}]'
          params: null
        """;
    ModelDescription found = ModelLayout.describe(files("MLmodel=" + mlmodel, "model.pkl"));
    assertThat(found.format()).isEqualTo("sklearn");
    assertThat(found.artifact()).hasFileName("model.pkl");
    assertThat(found.parameters())
        .containsEntry("serialization_format", "cloudpickle")
        .containsEntry("sklearn_version", "1.6.1");
    assertThat(found.signature().orElseThrow().inputs())
        .containsExactly(
            new Signature.Spec("a", DataType.FP64, List.of(-1L, 1L), false),
            new Signature.Spec("b", DataType.INT64, List.of(-1L, 1L), true));
    assertThat(found.signature().orElseThrow().outputs())
        .containsExactly(Signature.Spec.of("output-0", DataType.INT64, -1));
    assertThat(found.schema().orElseThrow()).isInstanceOf(InputSchema.Columns.class);
  }

  @Test
  void anMlserverModelHasItsSettings() throws Exception {
    String settings =
        """
        {"name": "iris", "implementation": "mlserver_sklearn.SKLearnModel",
         "max_batch_size": 16, "max_batch_time": 0.5,
         "parameters": {"uri": "./model.joblib", "version": "v1.2.3"}}
        """;
    ModelDescription found =
        ModelLayout.describe(files("model-settings.json=" + settings, "model.joblib"));
    assertThat(found.name()).isEqualTo("iris");
    assertThat(found.format()).isEqualTo("sklearn");
    assertThat(found.versions().latest().orElseThrow().name()).isEqualTo("v1.2.3");
    assertThat(found.serving().batching().orElseThrow().maxDelay())
        .isEqualTo(Duration.ofMillis(500));
  }

  @Test
  void aModelConfigFileNamesModelsPoliciesAndLabels() throws Exception {
    Path root = files("1/saved_model.pb", "2/saved_model.pb", "3/saved_model.pb");
    Path config =
        Files.writeString(
            temp.resolve("models.config"),
            """
            model_config_list: { config: { name: "half", base_path: "/models/half",
              model_platform: "tensorflow",
              model_version_policy { specific { versions: 1 versions: 2 } }
              version_labels { key: 'stable' value: 1 } version_labels { key: 'canary' value: 2 } } }
            """);
    ServingConfig.Model model = ServingConfig.read(config).getFirst();
    ModelDescription found = model.describe(root);
    assertThat(found.name()).isEqualTo("half");
    assertThat(found.versions().labels()).isEqualTo(Map.of("stable", 1L, "canary", 2L));
    assertThat(found.versions().served())
        .extracting(Versions.Version::name)
        .isEqualTo(Arrays.asList("1", "2"));
  }
}

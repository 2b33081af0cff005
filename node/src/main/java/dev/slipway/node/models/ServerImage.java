package dev.slipway.node.models;

import java.util.Map;
import java.util.Optional;

/// Which model server an image is, judged by its name alone: registry, tag and digest do not
/// matter.
enum ServerImage {
  /// KServe's servers of one framework: `kserve/sklearnserver`.
  KSERVE,
  MLSERVER,
  TENSORFLOW_SERVING,
  TORCHSERVE,
  TRITON,
  OPENVINO,
  /// Seldon's prepackaged servers: `seldonio/sklearnserver`.
  SELDON,
  /// This program: `slipway/model-server`.
  SLIPWAY,
  /// KServe's storage initializer, which fetches and ends.
  STORAGE_INITIALIZER,
  /// Kubeflow Trainer's `dataset-initializer`, which fetches and ends.
  DATASET_INITIALIZER,
  /// Kubeflow Trainer's `model-initializer`.
  MODEL_INITIALIZER;

  private static final Map<String, String> KSERVE_FORMATS =
      Map.of(
          "sklearnserver", "sklearn",
          "xgbserver", "xgboost",
          "lgbserver", "lightgbm",
          "pmmlserver", "pmml",
          "paddleserver", "paddle",
          "autogluonserver", "autogluon",
          "predictiveserver", "",
          "huggingfaceserver", "huggingface");
  private static final Map<String, String> SELDON_FORMATS =
      Map.of(
          "sklearnserver", "sklearn",
          "xgboostserver", "xgboost",
          "mlflowserver", "",
          "tfserving-proxy", "tensorflow");

  /// Whether it fetches and ends, and serves nothing.
  boolean fetches() {
    return this == STORAGE_INITIALIZER || this == DATASET_INITIALIZER || this == MODEL_INITIALIZER;
  }

  /// Empty where it is none that is known.
  static Optional<ServerImage> of(String image) {
    var name = name(image);
    var last = last(name);
    if (name.endsWith("slipway/model-server")) {
      return Optional.of(SLIPWAY);
    }
    if (last.startsWith("storage-initializer")) {
      return Optional.of(STORAGE_INITIALIZER);
    }
    if (last.equals("dataset-initializer") || last.equals("dataset-initializer-v2")) {
      return Optional.of(DATASET_INITIALIZER);
    }
    if (last.equals("model-initializer") || last.equals("model-initializer-v2")) {
      return Optional.of(MODEL_INITIALIZER);
    }
    if (last.startsWith("mlserver")) {
      return Optional.of(MLSERVER);
    }
    if (name.contains("seldonio/") && SELDON_FORMATS.containsKey(bare(last))) {
      return Optional.of(SELDON);
    }
    if (KSERVE_FORMATS.containsKey(bare(last))) {
      return Optional.of(KSERVE);
    }
    if (name.endsWith("tensorflow/serving") || last.startsWith("tensorflow-serving")) {
      return Optional.of(TENSORFLOW_SERVING);
    }
    if (last.startsWith("torchserve")) {
      return Optional.of(TORCHSERVE);
    }
    if (last.startsWith("tritonserver")) {
      return Optional.of(TRITON);
    }
    return name.endsWith("openvino/model_server") ? Optional.of(OPENVINO) : Optional.empty();
  }

  /// The format that a server of one framework is for; empty where its files say.
  static Optional<String> format(String image) {
    var last = bare(last(name(image)));
    var known =
        of(image).filter(SELDON::equals).isPresent()
            ? SELDON_FORMATS.get(last)
            : KSERVE_FORMATS.get(last);
    return Optional.ofNullable(known).filter(each -> !each.isEmpty());
  }

  /// Without tag and digest.
  private static String name(String image) {
    int digest = image.indexOf('@');
    var tagged = digest < 0 ? image : image.substring(0, digest);
    int colon = tagged.lastIndexOf(':');
    return colon > tagged.lastIndexOf('/') ? tagged.substring(0, colon) : tagged;
  }

  private static String last(String name) {
    return name.substring(name.lastIndexOf('/') + 1);
  }

  /// `sklearnserver` of `sklearnserver-gpu` and `sklearnserver_rest`.
  private static String bare(String last) {
    return last.replaceFirst("server[-_](gpu|rest|grpc)$", "server");
  }
}

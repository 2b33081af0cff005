package dev.slipway.inference.layout;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Tells the format of one file by its name and its first bytes.
final class Formats {
  private static final int HEAD = 4096;

  /// Files that lie beside models and are none.
  private static final String BESIDE =
      "(?i)(readme|license|notice|changelog).*|(.*_)?config\\.json|tokenizer.*|vocab.*|merges\\.txt"
          + "|special_tokens_map\\.json|preprocessor_config\\.json|generation_config\\.json"
          + "|modules\\.json|model-settings\\.json|settings\\.json|metadata.*|manifest.*"
          + "|requirements.*\\.txt|conda\\.ya?ml|python_env\\.ya?ml|input_example.*|.*\\.(md|py|pyc"
          + "|ya?ml|properties|csv|tsv|parquet|png|jpe?g|log|sha256|md5|data|html|sh|ipynb)";

  private static final Map<String, String> ELSEWHERE =
      Map.of(
          "h5", "Keras files are not read: export a SavedModel (model.export)",
          "keras", "Keras files are not read: export a SavedModel (model.export)",
          "plan", "TensorRT engines need the GPU they were built for: serve the ONNX file",
          "safetensors", "weights without a program: export the model to ONNX",
          "gguf", "language models in GGUF are served by their own runtime",
          "mar", "TorchServe archives are programs: serve the TorchScript file inside",
          "pdmodel", "Paddle models are not read: export to ONNX (paddle2onnx)",
          "mlmodel", "Core ML models are not read: export to ONNX",
          "tflite", "TensorFlow Lite models are not read: export a SavedModel or ONNX",
          "pt2", "exported programs are not read: export to ONNX or TorchScript");

  private Formats() {}

  /// The engine's word; empty where the file is no model that is known.
  static Optional<String> of(Path file) {
    String name = Reading.name(file).toLowerCase(Locale.ROOT);
    if (!Files.isRegularFile(file) || name.matches(BESIDE)) {
      return Optional.empty();
    }
    String head = head(file);
    return switch (suffix(name)) {
      case "onnx", "ort" -> Optional.of("onnx");
      case "pmml" -> Optional.of("pmml");
      case "joblib", "pkl", "pickle", "sav" -> Optional.of("sklearn");
      case "ubj", "xgb" -> Optional.of("xgboost");
      case "pt", "pth", "ts", "torchscript" -> Optional.of("pytorch");
      case "lgb", "lgbm" -> Optional.of("lightgbm");
      case "bst" -> Optional.of(head.startsWith("tree") ? "lightgbm" : "xgboost");
      case "json" -> head.contains("\"learner\"") ? Optional.of("xgboost") : Optional.empty();
      case "txt" -> head.startsWith("tree") ? Optional.of("lightgbm") : Optional.empty();
      case "xml" -> head.contains("<PMML") ? Optional.of("pmml") : Optional.empty();
      default -> bytes(head);
    };
  }

  /// Why a file is not served, where there is more to say than that it is unknown.
  static Optional<String> elsewhere(Path file) {
    String name = Reading.name(file).toLowerCase(Locale.ROOT);
    return Optional.ofNullable(ELSEWHERE.get(suffix(name)));
  }

  private static String suffix(String name) {
    int dot = name.lastIndexOf('.');
    return dot < 0 ? "" : name.substring(dot + 1);
  }

  private static Optional<String> bytes(String head) {
    if (head.startsWith("tree\n") || head.startsWith("tree\r\n")) {
      return Optional.of("lightgbm");
    }
    if (head.startsWith("binf") || head.startsWith("{L\0\0")) {
      return Optional.of("xgboost");
    }
    if (head.startsWith("{") && head.contains("\"learner\"")) {
      return Optional.of("xgboost");
    }
    if (head.startsWith("PK\u0003\u0004")) {
      boolean torch = head.contains("/data.pkl") || head.contains("/version");
      return torch ? Optional.of("pytorch") : Optional.empty();
    }
    if (head.startsWith("<?xml") || head.startsWith("<PMML")) {
      return head.contains("<PMML") ? Optional.of("pmml") : Optional.empty();
    }
    if (head.length() > 2 && head.charAt(0) == 0x80 && head.charAt(1) >= 2 && head.charAt(1) <= 5) {
      return Optional.of("sklearn");
    }
    return onnx(head) ? Optional.of("onnx") : Optional.empty();
  }

  /// `ir_version` (field 1, 3 to 20) and then `producer_name`, an opset or the graph.
  private static boolean onnx(String head) {
    return head.length() > 3
        && head.charAt(0) == 0x08
        && head.charAt(1) >= 3
        && head.charAt(1) <= 20
        && (head.charAt(2) == 0x12 || head.charAt(2) == 0x3a || head.charAt(2) == 0x42);
  }

  private static String head(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(HEAD), StandardCharsets.ISO_8859_1);
    } catch (IOException _) {
      return "";
    }
  }

  /// Whether a directory is a SavedModel.
  static boolean savedModel(Path directory) {
    return Files.isRegularFile(directory.resolve("saved_model.pb"))
        || Files.isRegularFile(directory.resolve("saved_model.pbtxt"));
  }

  /// Whether a directory is what the `transformers` library saves.
  static boolean huggingFace(Path directory) {
    boolean config = Files.isRegularFile(directory.resolve("config.json"));
    boolean words =
        Files.isRegularFile(directory.resolve("tokenizer.json"))
            || Files.isRegularFile(directory.resolve("vocab.txt"))
            || Files.isRegularFile(directory.resolve("tokenizer_config.json"))
            || Files.isRegularFile(directory.resolve("tokenizer.model"));
    return config && words;
  }
}

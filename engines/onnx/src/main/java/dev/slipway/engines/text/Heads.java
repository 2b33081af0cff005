package dev.slipway.engines.text;

import dev.slipway.engines.text.TextConfig.Task;
import dev.slipway.inference.engine.ModelLoadException;
import dev.slipway.inference.engine.Signature;
import dev.slipway.inference.engine.Signature.Spec;
import java.nio.file.Path;
import java.util.List;

/// Finds the head for a task and the output of the graph that it reads.
final class Heads {
  private static final List<String> SCORES = List.of("logits", "output", "scores");
  private static final List<String> VECTORS =
      List.of(
          "sentence_embedding",
          "text_embeds",
          "last_hidden_state",
          "token_embeddings",
          "hidden_states",
          "output",
          "pooler_output");

  private Heads() {}

  /// @throws ModelLoadException if the graph has no such output, or tokens are to be told and
  /// cannot
  static Head of(
      Signature signature, TextConfig config, Path directory, TokenizerReader.Found tokenizer)
      throws ModelLoadException {
    var output = output(signature, config.task() == Task.EMBEDDING ? VECTORS : SCORES);
    long width = output.shape().getLast();
    return switch (config.task()) {
      case EMBEDDING -> new VectorHead(output.name(), config, width);
      case CLASSIFICATION -> new ClassHead(output.name(), config, width);
      case TOKENS -> {
        perToken(output);
        yield new TokenHead(output.name(), config, TokenTexts.read(directory, tokenizer), width);
      }
      case MASK -> {
        perToken(output);
        yield new MaskHead(output.name(), TokenTexts.read(directory, tokenizer).withMask());
      }
    };
  }

  private static void perToken(Spec output) throws ModelLoadException {
    if (output.shape().size() != 3) {
      throw new ModelLoadException(
          "the graph's output \""
              + output.name()
              + "\" has the shape "
              + output.shape()
              + ", expected [texts, tokens, scores]");
    }
  }

  private static Spec output(Signature signature, List<String> names) throws ModelLoadException {
    for (var name : names) {
      for (var output : signature.outputs()) {
        if (output.name().equals(name)) {
          return output;
        }
      }
    }
    if (signature.outputs().size() == 1) {
      return signature.outputs().getFirst();
    }
    throw new ModelLoadException(
        "the graph gives "
            + signature.outputs().stream().map(Spec::name).toList()
            + ", expected one of "
            + names);
  }
}

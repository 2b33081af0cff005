package dev.slipway.engines.text;

import dev.slipway.engines.onnx.OnnxEngine;
import dev.slipway.inference.engine.Engine;
import dev.slipway.inference.engine.LoadedModel;
import dev.slipway.inference.engine.ModelLoadException;
import dev.slipway.inference.engine.ModelSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Text models of the Hugging Face kind: text in, vectors, labels or missing words out.
///
/// The artifact is a directory with `tokenizer.json` (WordPiece or byte-level BPE) or `vocab.txt`,
/// an ONNX graph in it or in `onnx/`, and where there are such `config.json` and the files of
/// sentence-transformers (`modules.json`, `1_Pooling/config.json`, `sentence_bert_config.json`).
///
/// Options beside those of ONNX: `task` (`text_embedding`, `sequence_classification`,
/// `token_classification`, `fill_mask`), `onnx_file`, `pooling` (`mean`, `cls`, `max`, `last`),
/// `normalize`, `function_to_apply` (`softmax`, `sigmoid`, `none`), `max_length` in tokens,
/// `answer` (`label`, or `index` for the number of a text's class alone),
/// `return_probabilities` (all scores are what a request gets that asks for nothing).
public final class TextEngine implements Engine {
  private static final List<String> TOKENIZERS = List.of("tokenizer.json", "vocab.txt");

  @Override
  public String format() {
    return "huggingface";
  }

  @Override
  public boolean recognises(Path artifact) {
    if (!Files.isDirectory(artifact) || TOKENIZERS.stream().noneMatch(has(artifact))) {
      return false;
    }
    try {
      return !graphs(artifact).isEmpty();
    } catch (IOException _) {
      return false;
    }
  }

  private static java.util.function.Predicate<String> has(Path directory) {
    return name -> Files.isRegularFile(directory.resolve(name));
  }

  @Override
  public LoadedModel load(ModelSource source) throws ModelLoadException {
    var directory = source.artifact();
    if (!Files.isDirectory(directory)) {
      throw new ModelLoadException(
          directory + ": expected a directory with tokenizer.json and a .onnx file");
    }
    var config = TextConfig.read(directory, source.options());
    var found = TokenizerReader.find(directory);
    var tokenizer = found.tokenizer();
    var graph = graph(directory, source.options().getOrDefault("onnx_file", ""));
    var inner =
        new OnnxEngine()
            .load(
                new ModelSource(source.name(), graph, source.options(), source.memoryLimitBytes()));
    try {
      int most = config.mostTokens() > 0 ? config.mostTokens() : tokenizer.mostTokens();
      var signature = inner.signatures().firstEntry().getValue();
      var head = Heads.of(signature, config, directory, found);
      return new TextModel(inner, tokenizer.limited(most), head, config.everything());
    } catch (ModelLoadException problem) {
      inner.close();
      throw problem;
    }
  }

  private static Path graph(Path directory, String asked) throws ModelLoadException {
    if (!asked.isEmpty()) {
      var file = directory.resolve(asked).normalize();
      if (!file.startsWith(directory.normalize()) || !Files.isRegularFile(file)) {
        throw new ModelLoadException("option onnx_file: " + asked + " is not in " + directory);
      }
      return file;
    }
    try {
      var graphs = graphs(directory);
      for (var graph : graphs) {
        if (graph.getFileName().toString().equals("model.onnx")) {
          return graph;
        }
      }
      if (graphs.size() == 1) {
        return graphs.getFirst();
      }
      throw new ModelLoadException(
          directory
              + ": found "
              + (graphs.isEmpty() ? "no .onnx file" : graphs)
              + ", expected model.onnx or one .onnx file in it or in onnx/, or option onnx_file");
    } catch (IOException problem) {
      throw new ModelLoadException(directory + " cannot be read: " + problem.getMessage(), problem);
    }
  }

  private static List<Path> graphs(Path directory) throws IOException {
    var onnx = directory.resolve("onnx");
    var found = new java.util.ArrayList<Path>();
    for (var place : List.of(directory, onnx)) {
      if (Files.isDirectory(place)) {
        try (var files = Files.list(place)) {
          files.filter(file -> file.toString().endsWith(".onnx")).sorted().forEach(found::add);
        }
      }
    }
    return found;
  }
}

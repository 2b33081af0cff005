package dev.slipway.engines.text;

import dev.slipway.base.Json;
import dev.slipway.engines.text.TextTokenizer.Piece;
import dev.slipway.engines.text.TokenizerReader.Templates;
import dev.slipway.inference.engine.ModelLoadException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// Reads `post_processor` of `tokenizer.json`.
final class TemplateReader {
  private final Map<String, Integer> vocabulary;
  private final Path directory;

  TemplateReader(Map<String, Integer> vocabulary, Path directory) {
    this.vocabulary = vocabulary;
    this.directory = directory;
  }

  Templates read(JsonNode processor) throws ModelLoadException {
    var type = Json.text(processor, "type");
    return switch (type) {
      case "", "ByteLevel" ->
          new Templates(
              List.of(new Piece.First(0)), List.of(new Piece.First(0), new Piece.Second(0)));
      case "TemplateProcessing" ->
          new Templates(
              pieces(processor, processor.path("single")),
              pieces(processor, processor.path("pair")));
      case "BertProcessing" -> bert(id(processor.path("cls")), id(processor.path("sep")));
      case "RobertaProcessing" -> roberta(id(processor.path("cls")), id(processor.path("sep")));
      case "Sequence" -> last(processor);
      default ->
          throw new ModelLoadException(
              directory.resolve("tokenizer.json")
                  + ": found post_processor \""
                  + type
                  + "\", expected TemplateProcessing, BertProcessing or RobertaProcessing");
    };
  }

  /// Of a sequence, the processor that adds tokens.
  private Templates last(JsonNode processor) throws ModelLoadException {
    for (var step : processor.path("processors")) {
      if (!Json.text(step, "type").equals("ByteLevel")) {
        return read(step);
      }
    }
    return read(Json.object());
  }

  private static int id(JsonNode pair) {
    return pair.path(1).asInt(0);
  }

  /// `[CLS] a [SEP]` and `[CLS] a [SEP] b [SEP]`, the second text of type 1.
  static Templates bert(int cls, int sep) {
    var begin = new Piece.Special(new int[] {cls}, 0);
    var end = new Piece.Special(new int[] {sep}, 0);
    return new Templates(
        List.of(begin, new Piece.First(0), end),
        List.of(
            begin,
            new Piece.First(0),
            end,
            new Piece.Second(1),
            new Piece.Special(new int[] {sep}, 1)));
  }

  /// `<s> a </s>` and `<s> a </s></s> b </s>`, all of type 0.
  private static Templates roberta(int cls, int sep) {
    var begin = new Piece.Special(new int[] {cls}, 0);
    var end = new Piece.Special(new int[] {sep}, 0);
    return new Templates(
        List.of(begin, new Piece.First(0), end),
        List.of(begin, new Piece.First(0), end, end, new Piece.Second(0), end));
  }

  private List<Piece> pieces(JsonNode processor, JsonNode list) {
    var pieces = new ArrayList<Piece>();
    for (var item : list) {
      var special = item.path("SpecialToken");
      if (special.isObject()) {
        pieces.add(special(processor, special));
      } else {
        var sequence = item.path("Sequence");
        int type = sequence.path("type_id").asInt(0);
        pieces.add(
            Json.text(sequence, "id").equals("B") ? new Piece.Second(type) : new Piece.First(type));
      }
    }
    return pieces;
  }

  private Piece special(JsonNode processor, JsonNode special) {
    var name = Json.text(special, "id");
    var ids = new Tokens();
    for (var id : processor.path("special_tokens").path(name).path("ids")) {
      ids.add(id.asInt(0));
    }
    if (ids.size() == 0) {
      ids.add(vocabulary.getOrDefault(name, 0));
    }
    return new Piece.Special(ids.toArray(), special.path("type_id").asInt(0));
  }
}

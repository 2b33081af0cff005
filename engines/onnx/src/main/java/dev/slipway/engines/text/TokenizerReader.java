package dev.slipway.engines.text;

import dev.slipway.base.Json;
import dev.slipway.engines.text.TextTokenizer.Piece;
import dev.slipway.inference.engine.ModelLoadException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// Reads `tokenizer.json` (Hugging Face's tokenizers), or BERT's `vocab.txt` with
/// `tokenizer_config.json`. Kinds of tokenizers that are not implemented are refused by name.
final class TokenizerReader {
  private static final int LONGEST_WORD = 100;
  private static final long MOST_FILE_BYTES = 64L << 20;
  private static final int DEFAULT_MOST_TOKENS = 512;

  private final Path directory;
  private final Map<String, Integer> vocabulary = new HashMap<>();

  private TokenizerReader(Path directory) {
    this.directory = directory;
  }

  /// @throws ModelLoadException if there is no tokenizer, it is damaged, or of an unknown kind
  static TextTokenizer read(Path directory) throws ModelLoadException {
    return find(directory).tokenizer();
  }

  /// A tokenizer and what it is made of.
  ///
  /// @param ids of all tokens, added ones among them
  record Found(TextTokenizer tokenizer, Map<String, Integer> ids) {
    Found {
      ids = Map.copyOf(ids);
    }
  }

  /// As [#read], with the vocabulary.
  static Found find(Path directory) throws ModelLoadException {
    var reader = new TokenizerReader(directory);
    boolean json = Files.exists(directory.resolve("tokenizer.json"));
    var tokenizer = json ? reader.tokenizerJson() : reader.vocabularyText();
    return new Found(tokenizer, reader.vocabulary);
  }

  /// One JSON file of a model's directory; an empty object if it is not there.
  static JsonNode json(Path file) throws ModelLoadException {
    if (!Files.isRegularFile(file)) {
      return Json.object();
    }
    try {
      if (Files.size(file) > MOST_FILE_BYTES) {
        throw new ModelLoadException(file + " is larger than " + MOST_FILE_BYTES + " bytes");
      }
      return Json.parse(Files.readAllBytes(file));
    } catch (IOException | JacksonException problem) {
      throw new ModelLoadException(file + " cannot be read: " + problem.getMessage(), problem);
    }
  }

  private TextTokenizer tokenizerJson() throws ModelLoadException {
    var json = json(directory.resolve("tokenizer.json"));
    var model = json.path("model");
    var type = Json.text(model, "type");
    var subwords =
        switch (type) {
          case "WordPiece" -> wordPiece(json, model);
          case "BPE" -> bytePairs(json, model);
          case "Unigram" -> unigram(json, model);
          default ->
              throw refused(
                  "model of type " + quoted(type), "WordPiece, Unigram or byte-level BPE");
        };
    var added = new AddedTokens(added(json.path("added_tokens")), subwords);
    var processor = json.path("post_processor");
    var templates = new TemplateReader(vocabulary, directory).read(processor);
    int most = json.path("truncation").path("max_length").asInt(DEFAULT_MOST_TOKENS);
    return new TextTokenizer(added, templates.single(), templates.pair(), padId(json), most);
  }

  private int padId(JsonNode json) {
    var padding = json.path("padding");
    if (padding.has("pad_id")) {
      return padding.path("pad_id").asInt(0);
    }
    return vocabulary.getOrDefault("[PAD]", vocabulary.getOrDefault("<pad>", 0));
  }

  private SubwordModel wordPiece(JsonNode json, JsonNode model) throws ModelLoadException {
    vocabulary(model.path("vocab"));
    var preTokenizer = Json.text(json, "pre_tokenizer", "type");
    if (!preTokenizer.equals("BertPreTokenizer")) {
      throw refused(
          "pre_tokenizer " + quoted(preTokenizer) + " with WordPiece", "BertPreTokenizer");
    }
    var unknown = model.path("unk_token").asString("[UNK]");
    var id = vocabulary.get(unknown);
    if (id == null) {
      throw refused("unk_token " + quoted(unknown), "one that is in the vocabulary");
    }
    return new WordPiece(
        vocabulary,
        model.path("continuing_subword_prefix").asString("##"),
        id,
        model.path("max_input_chars_per_word").asInt(LONGEST_WORD),
        bertText(json.path("normalizer")));
  }

  private BertText bertText(JsonNode normalizer) throws ModelLoadException {
    var type = Json.text(normalizer, "type");
    return switch (type) {
      case "" -> new BertText(false, false, false, false);
      case "Lowercase" -> new BertText(false, false, false, true);
      case "BertNormalizer" -> Normalizers.bert(normalizer);
      default -> throw refused("normalizer " + quoted(type), "BertNormalizer");
    };
  }

  private UnaryOperator<String> normalizer(JsonNode json) throws ModelLoadException {
    try {
      return Normalizers.read(json.path("normalizer"));
    } catch (IllegalArgumentException problem) {
      throw refused(String.valueOf(problem.getMessage()), Normalizers.KNOWN);
    }
  }

  private SubwordModel bytePairs(JsonNode json, JsonNode model) throws ModelLoadException {
    vocabulary(model.path("vocab"));
    var merges = new ArrayList<String>();
    for (var merge : model.path("merges")) {
      merges.add(
          merge.isArray()
              ? merge.path(0).asString("") + " " + merge.path(1).asString("")
              : merge.asString(""));
    }
    var steps = steps(json);
    var last = steps.isEmpty() ? Json.object() : steps.getLast();
    if (!Json.text(last, "type").equals("ByteLevel") || steps.size() > 2) {
      throw refused("pre_tokenizer " + types(steps) + " with BPE", "ByteLevel");
    }
    boolean prefix = last.path("add_prefix_space").asBoolean(true);
    var words = steps.size() == 2 ? words(steps.getFirst(), last) : BytePairs.WORDS;
    boolean whole = model.path("ignore_merges").asBoolean(false);
    return new BytePairs(
        vocabulary, merges, new BytePairs.Rules(normalizer(json), words, prefix, whole));
  }

  /// The words of a `Split` before a `ByteLevel` that has none of its own.
  private Pattern words(JsonNode split, JsonNode byteLevel) throws ModelLoadException {
    boolean plain =
        Json.text(split, "type").equals("Split")
            && Json.text(split, "behavior").equals("Isolated")
            && !split.path("invert").asBoolean(false)
            && !byteLevel.path("use_regex").asBoolean(true);
    if (!plain) {
      throw refused(
          "pre_tokenizer " + split + " before ByteLevel",
          "Split by a Regex, Isolated, and ByteLevel with use_regex false");
    }
    try {
      return Normalizers.pattern(Json.text(split, "pattern", "Regex"));
    } catch (IllegalArgumentException problem) {
      throw refused(String.valueOf(problem.getMessage()), "one without repeated groups");
    }
  }

  /// The pre-tokenizer's steps: itself, or what its sequence holds.
  private static List<JsonNode> steps(JsonNode json) {
    var pre = json.path("pre_tokenizer");
    var steps = new ArrayList<JsonNode>();
    if (Json.text(pre, "type").equals("Sequence")) {
      pre.path("pretokenizers").forEach(steps::add);
    } else if (pre.isObject()) {
      steps.add(pre);
    }
    return steps;
  }

  private static List<String> types(List<JsonNode> steps) {
    return steps.stream().map(step -> quoted(Json.text(step, "type"))).toList();
  }

  private SubwordModel unigram(JsonNode json, JsonNode model) throws ModelLoadException {
    var pieces = new ArrayList<Unigram.Scored>();
    for (var entry : model.path("vocab")) {
      var piece = entry.path(0).asString("");
      vocabulary.putIfAbsent(piece, pieces.size());
      pieces.add(new Unigram.Scored(piece, entry.path(1).asDouble(0)));
    }
    int unknown = model.path("unk_id").asInt(-1);
    if (unknown < 0 || unknown >= pieces.size()) {
      throw refused(
          "unk_id " + model.path("unk_id") + " with " + pieces.size() + " pieces",
          "one of the pieces");
    }
    var bytes =
        model.path("byte_fallback").asBoolean(false) ? Unigram.byteTokens(vocabulary) : new int[0];
    return new Unigram(pieces, unknown, bytes, normalizer(json), metaspace(steps(json)));
  }

  private Metaspace metaspace(List<JsonNode> steps) throws ModelLoadException {
    var meta = steps.isEmpty() ? Json.object() : steps.getLast();
    boolean words =
        steps.size() == 2 && Json.text(steps.getFirst(), "type").equals("WhitespaceSplit");
    var blank = meta.path("replacement").asString("\u2581");
    if (!Json.text(meta, "type").equals("Metaspace")
        || steps.size() > (words ? 2 : 1)
        || blank.length() != 1) {
      throw refused(
          "pre_tokenizer " + types(steps) + " with Unigram",
          "Metaspace, or WhitespaceSplit and Metaspace");
    }
    var scheme =
        switch (meta.path("prepend_scheme").asString("always")) {
          case "never" -> Metaspace.Prepend.NEVER;
          case "first" -> Metaspace.Prepend.FIRST;
          default -> Metaspace.Prepend.ALWAYS;
        };
    boolean prefix = meta.path("add_prefix_space").asBoolean(true);
    return new Metaspace(
        blank.charAt(0),
        prefix ? scheme : Metaspace.Prepend.NEVER,
        words,
        meta.path("split").asBoolean(true));
  }

  private void vocabulary(JsonNode vocab) throws ModelLoadException {
    for (var entry : vocab.properties()) {
      vocabulary.put(entry.getKey(), entry.getValue().asInt(0));
    }
    if (vocabulary.isEmpty()) {
      throw refused("an empty vocabulary", "model.vocab");
    }
  }

  private List<AddedTokens.Added> added(JsonNode list) {
    var added = new ArrayList<AddedTokens.Added>();
    for (var token : list) {
      var content = Json.text(token, "content");
      int id = token.path("id").asInt(0);
      vocabulary.put(content, id);
      added.add(
          new AddedTokens.Added(
              content,
              id,
              token.path("single_word").asBoolean(false),
              token.path("lstrip").asBoolean(false),
              token.path("rstrip").asBoolean(false)));
    }
    return added;
  }

  private TextTokenizer vocabularyText() throws ModelLoadException {
    var file = directory.resolve("vocab.txt");
    try {
      for (var line : Files.readAllLines(file)) {
        vocabulary.putIfAbsent(line, vocabulary.size());
      }
    } catch (IOException problem) {
      throw new ModelLoadException(
          directory + ": expected tokenizer.json or vocab.txt: " + problem.getMessage(), problem);
    }
    var config = json(directory.resolve("tokenizer_config.json"));
    boolean lower = config.path("do_lower_case").asBoolean(true);
    var text = new BertText(true, true, lower, lower);
    var special = new int[4];
    var names = List.of("[UNK]", "[CLS]", "[SEP]", "[PAD]");
    for (int i = 0; i < special.length; i++) {
      var id = vocabulary.get(names.get(i));
      if (id == null) {
        throw refused("no " + names.get(i) + " in vocab.txt", "BERT's vocabulary");
      }
      special[i] = id;
    }
    var model = new WordPiece(vocabulary, "##", special[0], LONGEST_WORD, text);
    var added = new ArrayList<AddedTokens.Added>();
    for (var name : List.of("[UNK]", "[CLS]", "[SEP]", "[PAD]", "[MASK]")) {
      if (vocabulary.containsKey(name)) {
        added.add(new AddedTokens.Added(name, vocabulary.get(name), false, false, false));
      }
    }
    var templates = TemplateReader.bert(special[1], special[2]);
    return new TextTokenizer(
        new AddedTokens(added, model),
        templates.single(),
        templates.pair(),
        special[3],
        DEFAULT_MOST_TOKENS);
  }

  private ModelLoadException refused(String found, String expected) {
    return new ModelLoadException(
        directory.resolve("tokenizer.json") + ": found " + found + ", expected " + expected);
  }

  private static String quoted(String text) {
    return "\"" + text + "\"";
  }

  /// The special tokens around one text and around two.
  record Templates(List<Piece> single, List<Piece> pair) {}
}

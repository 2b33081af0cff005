package dev.slipway.engines.text;

import dev.slipway.base.Json;
import dev.slipway.inference.engine.ModelLoadException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/// The way back from token ids to text, and the tokens that have a meaning of their own.
final class TokenTexts {
  private static final int NO_MASK = -1;
  private static final int TOKEN_BYTES = 64;
  private static final List<String> USUAL_MASKS = List.of("[MASK]", "<mask>");

  private final String[] tokens;
  private final int padId;
  private final int maskId;
  private final Function<List<String>, String> decoder;
  private final Path directory;

  private TokenTexts(
      Path directory,
      TokenizerReader.Found tokenizer,
      int maskId,
      Function<List<String>, String> decoder) {
    var ids = tokenizer.ids();
    this.tokens = new String[1 + ids.values().stream().mapToInt(id -> id).max().orElse(-1)];
    java.util.Arrays.fill(tokens, "");
    ids.forEach((token, id) -> tokens[id] = token);
    this.padId = tokenizer.tokenizer().padId();
    this.maskId = maskId;
    this.decoder = decoder;
    this.directory = directory;
  }

  /// @throws ModelLoadException for a decoder that is not known here
  static TokenTexts read(Path directory, TokenizerReader.Found tokenizer)
      throws ModelLoadException {
    var json = TokenizerReader.json(directory.resolve("tokenizer.json"));
    var config = TokenizerReader.json(directory.resolve("tokenizer_config.json"));
    Function<List<String>, String> decoder;
    try {
      decoder = json.isEmpty() ? TokenDecoders.bert() : TokenDecoders.read(json.path("decoder"));
    } catch (IllegalArgumentException problem) {
      throw new ModelLoadException(
          directory.resolve("tokenizer.json") + ": " + problem.getMessage(), problem);
    }
    boolean clean = config.path("clean_up_tokenization_spaces").asBoolean(false);
    return new TokenTexts(
        directory,
        tokenizer,
        mask(directory, config, tokenizer),
        clean ? decoder.andThen(TokenDecoders::cleaned) : decoder);
  }

  private static int mask(Path directory, JsonNode config, TokenizerReader.Found tokenizer)
      throws ModelLoadException {
    var special = TokenizerReader.json(directory.resolve("special_tokens_map.json"));
    var names = new ArrayList<String>();
    for (var file : List.of(config, special)) {
      var named = file.path("mask_token");
      names.add(named.isObject() ? Json.text(named, "content") : named.asString(""));
    }
    names.addAll(USUAL_MASKS);
    for (var name : names) {
      var id = tokenizer.ids().get(name);
      if (id != null) {
        return id;
      }
    }
    return NO_MASK;
  }

  /// @return itself
  /// @throws ModelLoadException if there is no token for what is masked
  TokenTexts withMask() throws ModelLoadException {
    if (maskId == NO_MASK) {
      throw new ModelLoadException(
          directory
              + ": found no mask_token in tokenizer_config.json and none of "
              + USUAL_MASKS
              + " in the vocabulary, expected one for the task fill_mask");
    }
    return this;
  }

  int maskId() {
    return maskId;
  }

  int padId() {
    return padId;
  }

  /// A token as the vocabulary has it; empty if there is none of that id.
  String token(int id) {
    return id >= 0 && id < tokens.length ? tokens[id] : "";
  }

  /// Tokens as text, special ones among them.
  String decode(int... ids) {
    var parts = new ArrayList<String>(ids.length);
    for (int id : ids) {
      parts.add(token(id));
    }
    return decoder.apply(parts);
  }

  /// Memory held; an estimate.
  long memoryBytes() {
    return (long) tokens.length * TOKEN_BYTES;
  }
}

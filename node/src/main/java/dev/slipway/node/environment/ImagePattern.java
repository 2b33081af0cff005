package dev.slipway.node.environment;

import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A pattern of image names; `*` stands for any characters, `|` separates alternatives.
///
/// One without a slash is compared with the last part of the name, whatever registry it comes from;
/// one with a slash with all of it, where `docker.io/` and `library/` are left out. One with a
/// colon is compared with the tag too.
public final class ImagePattern {
  private final String text;
  private final Pattern compiled;
  private final boolean whole;
  private final boolean tagged;

  private ImagePattern(String text) {
    this.text = text;
    this.whole = text.indexOf('/') >= 0;
    this.tagged = text.lastIndexOf(':') > text.lastIndexOf('/');
    this.compiled =
        Pattern.compile(
            Arrays.stream(text.split("\\|", -1))
                .map(each -> glob(each.strip()))
                .collect(Collectors.joining("|")));
  }

  public static ImagePattern of(String text) {
    return new ImagePattern(text);
  }

  private static String glob(String text) {
    return Arrays.stream(text.split("\\*", -1))
        .map(Pattern::quote)
        .collect(Collectors.joining(".*"));
  }

  public boolean matches(ImageName image) {
    var name = whole ? image.repository() : image.last();
    var tag = image.tag().isEmpty() ? "latest" : image.tag();
    return compiled.matcher(tagged ? name + ":" + tag : name).matches();
  }

  @Override
  public String toString() {
    return text;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ImagePattern pattern && pattern.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }
}

package dev.slipway.tuning.space;

import dev.slipway.tuning.Study;
import java.util.Map;
import java.util.OptionalDouble;

/// An algorithm's settings, read leniently: {@link SettingRules} has judged them before.
public record Settings(Map<String, String> byName) {

  public Settings {
    byName = Map.copyOf(byName);
  }

  public static Settings of(Study study) {
    return new Settings(study.settings());
  }

  public OptionalDouble number(String name) {
    String text = byName.get(name);
    return text == null ? OptionalDouble.empty() : Numbers.parse(text);
  }

  public double number(String name, double otherwise) {
    return number(name).orElse(otherwise);
  }

  public int whole(String name, int otherwise) {
    return (int) number(name, otherwise);
  }

  public String text(String name, String otherwise) {
    return byName.getOrDefault(name, otherwise);
  }
}

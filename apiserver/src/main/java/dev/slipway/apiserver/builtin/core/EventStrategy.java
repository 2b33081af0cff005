package dev.slipway.apiserver.builtin.core;

import dev.slipway.apiserver.builtin.Defaults;
import dev.slipway.apiserver.builtin.Field;
import dev.slipway.apiserver.builtin.KindStrategy;
import dev.slipway.apiserver.builtin.Names;
import dev.slipway.apiserver.builtin.Problems;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.ObjectNode;

/// Events. Those of the newer group say who reports what they did; those of core/v1 need not.
public final class EventStrategy extends KindStrategy {
  private static final int LONGEST_WORD = 128;
  private static final int LONGEST_NOTE = 1024;

  private final boolean newer;
  private final String about;

  /// @param newer whether it is `events.k8s.io/v1`
  public EventStrategy(boolean newer) {
    this.newer = newer;
    this.about = newer ? "regarding" : "involvedObject";
  }

  @Override
  protected boolean hasStatus() {
    return false;
  }

  @Override
  protected void fill(ObjectNode event) {
    if (!newer) {
      Defaults.object(event, "source");
      Defaults.absentText(event, "reportingComponent", "");
      Defaults.absentText(event, "reportingInstance", "");
    }
  }

  @Override
  protected void judge(Field event, Problems problems) {
    String namespace = event.at("metadata").text("namespace");
    Field object = event.at(about, "namespace");
    boolean clusterWide = object.text().isEmpty();
    boolean agrees =
        clusterWide
            ? namespace.equals("default") || namespace.equals("kube-system")
            : namespace.equals(object.text());
    if (!agrees) {
      problems.invalid(
          object.reportedAt(event.at("involvedObject", "namespace").path()).path(),
          object.text(),
          "does not match event.namespace");
    }
    if (newer) {
      complete(event, problems);
    }
  }

  private static void complete(Field event, Problems problems) {
    problems.demand(event.at("eventTime"));
    problems.oneOf(event.at("type"), List.of("Normal", "Warning"));
    Field controller = event.at("reportingController");
    if (problems.demand(controller)) {
      problems.sentences(
          controller.path(),
          controller.text(),
          Names.qualified(controller.text().toLowerCase(Locale.ROOT)));
    }
    for (String each : List.of("reportingInstance", "action", "reason")) {
      Field field = event.at(each);
      if (problems.demand(field) && field.text().length() > LONGEST_WORD) {
        problems.invalidText(field, "can have at most " + LONGEST_WORD + " characters");
      }
    }
    Field note = event.at("note");
    if (note.text().length() > LONGEST_NOTE) {
      problems.invalidText(
          note.reportedAt(event.at("message").path()),
          "can have at most " + LONGEST_NOTE + " characters");
    }
  }

  @Override
  protected void judgeChange(Field event, Field old, Problems problems) {
    if (!newer) {
      return;
    }
    for (String each :
        List.of(
            "regarding", "reason", "action", "reportingController", "reportingInstance", "type")) {
      problems.immutable(event.at(each), old.at(each));
    }
  }
}

package dev.slipway.apiserver.builtin.columns;

import dev.slipway.apiserver.builtin.Field;
import dev.slipway.apiserver.resource.Column;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/// Events, in the spelling of `v1` and of `events.k8s.io/v1`.
final class EventColumns {
  private EventColumns() {}

  static List<Column> events() {
    var table =
        new Table()
            .timed("Last Seen", "When it was noticed last.", EventColumns::lastSeen)
            .text("Type", "Whether it is ordinary or a warning.", it -> it.text("type"))
            .text("Reason", "Why, in one word.", it -> it.text("reason"))
            .text("Object", "What it is about.", EventColumns::subject)
            .wide("Subobject", "Which part it is about.", it -> about(it).text("fieldPath"))
            .wide("Source", "Who noticed.", EventColumns::source)
            .text("Message", "What happened.", it -> either(it, "message", "note").text().strip())
            .wideTimed("First Seen", "When it was noticed first.", EventColumns::firstSeen)
            .wideNumber("Count", "How often it was noticed.", EventColumns::count);
    return table.name(1, Table::nameOf).columns();
  }

  private static Field either(Field event, String name, String other) {
    return event.at(name).present() ? event.at(name) : event.at(other);
  }

  private static Field about(Field event) {
    return either(event, "involvedObject", "regarding");
  }

  private static String subject(Field event) {
    String kind = about(event).text("kind").toLowerCase(Locale.ROOT);
    String name = about(event).text("name");
    return name.isEmpty() ? kind : kind + "/" + name;
  }

  private static String firstSeen(Field event, Instant now) {
    Field first = either(event, "firstTimestamp", "deprecatedFirstTimestamp");
    return HumanDuration.since(first.filled() ? first : event.at("eventTime"), now);
  }

  private static String lastSeen(Field event, Instant now) {
    if (event.at("series").present()) {
      return HumanDuration.since(event.at("series", "lastObservedTime"), now);
    }
    Field last = either(event, "lastTimestamp", "deprecatedLastTimestamp");
    return last.filled() ? HumanDuration.since(last, now) : firstSeen(event, now);
  }

  private static long count(Field event) {
    if (event.at("series").present()) {
      return event.at("series", "count").number(0);
    }
    long count = either(event, "count", "deprecatedCount").number(0);
    return count == 0 ? 1 : count;
  }

  private static String source(Field event) {
    Field source = either(event, "source", "deprecatedSource");
    String controller = either(event, "reportingComponent", "reportingController").text();
    String component = Cells.orElse(source.text("component"), controller);
    String instance = Cells.orElse(source.text("host"), event.text("reportingInstance"));
    return instance.isEmpty() ? component : component + ", " + instance;
  }
}

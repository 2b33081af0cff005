package dev.slipway.apiserver.builtin.columns;

import dev.slipway.apiserver.builtin.Field;
import dev.slipway.apiserver.resource.Column;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Writes down the columns of one kind, left to right.
final class Table {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final String CREATED = "When the object was created.";

  private final List<Column> columns = new ArrayList<>();

  /// A table that starts with the object's name.
  static Table named() {
    return new Table().name(0, Table::nameOf);
  }

  /// What upstream shows of kinds that have no printer of their own.
  static List<Column> plain() {
    return named()
        .add(
            "Created At",
            "date",
            CREATED,
            0,
            (it, _) -> text(it.at("metadata", "creationTimestamp")))
        .columns();
  }

  Table name(int priority, Function<Field, String> cell) {
    columns.add(
        new Column(
            "Name",
            "string",
            "name",
            "The name, unique among its kind in a namespace.",
            priority,
            (object, _) -> NODES.stringNode(cell.apply(Field.of(object)))));
    return this;
  }

  Table text(String name, String description, Function<Field, String> cell) {
    return add(name, "string", description, 0, (it, _) -> NODES.stringNode(cell.apply(it)));
  }

  Table timed(String name, String description, BiFunction<Field, Instant, String> cell) {
    return add(name, "string", description, 0, (it, now) -> NODES.stringNode(cell.apply(it, now)));
  }

  Table number(String name, String description, ToLongFunction<Field> cell) {
    return add(name, "integer", description, 0, (it, _) -> NODES.numberNode(cell.applyAsLong(it)));
  }

  /// A whole number in a column declared as text, where upstream has it so.
  Table textNumber(String name, String description, ToLongFunction<Field> cell) {
    return add(name, "string", description, 0, (it, _) -> NODES.numberNode(cell.applyAsLong(it)));
  }

  Table flag(String name, String description, Predicate<Field> cell) {
    return add(name, "boolean", description, 0, (it, _) -> NODES.booleanNode(cell.test(it)));
  }

  Table wide(String name, String description, Function<Field, String> cell) {
    return add(name, "string", description, 1, (it, _) -> NODES.stringNode(cell.apply(it)));
  }

  Table wideTimed(String name, String description, BiFunction<Field, Instant, String> cell) {
    return add(name, "string", description, 1, (it, now) -> NODES.stringNode(cell.apply(it, now)));
  }

  Table wideNumber(String name, String description, ToLongFunction<Field> cell) {
    return add(name, "string", description, 1, (it, _) -> NODES.numberNode(cell.applyAsLong(it)));
  }

  Table age() {
    return timed("Age", CREATED, Table::ageOf);
  }

  Table add(
      String name,
      String type,
      String description,
      int priority,
      BiFunction<Field, Instant, JsonNode> cell) {
    columns.add(
        new Column(
            name,
            type,
            "",
            description,
            priority,
            (object, now) -> cell.apply(Field.of(object), now)));
    return this;
  }

  List<Column> columns() {
    return List.copyOf(columns);
  }

  static String nameOf(Field object) {
    return object.at("metadata").text("name");
  }

  static String ageOf(Field object, Instant now) {
    return HumanDuration.since(object.at("metadata", "creationTimestamp"), now);
  }

  private static JsonNode text(Field field) {
    return NODES.stringNode(field.text());
  }
}

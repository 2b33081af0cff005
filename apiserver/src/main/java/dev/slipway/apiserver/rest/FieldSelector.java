package dev.slipway.apiserver.rest;

import dev.slipway.apiserver.error.ApiException;
import dev.slipway.apiserver.resource.Resource;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// A field selector: `metadata.name=x,status.phase!=Running`, limited to the fields a resource
/// offers.
///
/// Grammar: `k8s.io/apimachinery/pkg/fields/selector.go`.
final class FieldSelector {
  private record Term(List<String> path, String absent, boolean negated, String value) {
    boolean matches(JsonNode object) {
      JsonNode here = object;
      for (String field : path) {
        here = here.path(field);
      }
      String found = here.isValueNode() && !here.isNull() ? here.asString() : absent;
      return found.equals(value) != negated;
    }
  }

  private final List<Term> terms;
  private final String exactName;

  private FieldSelector(List<Term> terms, String exactName) {
    this.terms = List.copyOf(terms);
    this.exactName = exactName;
  }

  boolean isEverything() {
    return terms.isEmpty();
  }

  /// The name a `metadata.name=x` term asks for, or `""`.
  String exactName() {
    return exactName;
  }

  boolean matches(JsonNode object) {
    for (Term each : terms) {
      if (!each.matches(object)) {
        return false;
      }
    }
    return true;
  }

  /// @throws ApiException 400 for a malformed term or a field the resource does not offer
  static FieldSelector parse(String text, Resource resource) {
    var terms = new ArrayList<Term>();
    String exactName = "";
    for (String written : splitTerms(text)) {
      Term term = term(written, text, resource);
      terms.add(term);
      if (!term.negated() && String.join(".", term.path()).equals("metadata.name")) {
        exactName = term.value();
      }
    }
    return new FieldSelector(terms, exactName);
  }

  private static Term term(String written, String whole, Resource resource) {
    int equals = written.indexOf('=');
    if (equals <= 0) {
      throw ApiException.badRequest(
          "unable to parse field selector \""
              + whole
              + "\": invalid selector: '"
              + written
              + "'; can't understand '"
              + written
              + "'");
    }
    boolean negated = written.charAt(equals - 1) == '!';
    boolean doubled = equals + 1 < written.length() && written.charAt(equals + 1) == '=';
    String field = written.substring(0, negated ? equals - 1 : equals).strip();
    String value = unescape(written.substring(equals + (doubled && !negated ? 2 : 1)));
    boolean known =
        field.equals("metadata.name")
            || (field.equals("metadata.namespace") && resource.namespaced())
            || resource.fields().containsKey(field);
    if (!known) {
      throw ApiException.badRequest(
          "field label not supported: "
              + field
              + " ("
              + resource.qualified()
              + " offers "
              + offered(resource)
              + ")");
    }
    return new Term(
        List.of(resource.fieldPath(field).split("\\.", -1)),
        resource.fields().getOrDefault(field, ""),
        negated,
        value);
  }

  private static String offered(Resource resource) {
    var names = new ArrayList<>(resource.fields().keySet());
    names.add("metadata.name");
    if (resource.namespaced()) {
      names.add("metadata.namespace");
    }
    names.sort(null);
    return String.join(", ", names);
  }

  private static List<String> splitTerms(String text) {
    var terms = new ArrayList<String>();
    var term = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char each = text.charAt(i);
      if (each == '\\' && i + 1 < text.length()) {
        term.append(each).append(text.charAt(++i));
      } else if (each == ',') {
        terms.add(term.toString());
        term.setLength(0);
      } else {
        term.append(each);
      }
    }
    terms.add(term.toString());
    terms.removeIf(String::isBlank);
    return terms;
  }

  private static String unescape(String value) {
    return value.indexOf('\\') < 0 ? value : value.replaceAll("\\\\([,=\\\\])", "$1");
  }
}

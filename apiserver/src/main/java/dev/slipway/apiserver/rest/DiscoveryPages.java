package dev.slipway.apiserver.rest;

import dev.slipway.apiserver.access.UserInfo;
import dev.slipway.apiserver.discovery.AggregatedDiscovery;
import dev.slipway.apiserver.discovery.Discovery;
import dev.slipway.apiserver.discovery.OpenApi;
import dev.slipway.apiserver.resource.Catalog;
import dev.slipway.apiserver.resource.Resource;
import dev.slipway.apiserver.schema.Schema;
import dev.slipway.base.Json;
import dev.slipway.net.Request;
import dev.slipway.net.Response;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/// `/api`, `/apis` and `/openapi`: what is served, computed once per catalog and kept as bytes.
final class DiscoveryPages implements Page {
  private static final String AGGREGATED = "as=apigroupdiscoverylist";

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Document(byte[] body, String etag, String contentType) {
    static Document of(ObjectNode tree, String contentType) {
      byte[] body = Json.bytes(tree);
      return new Document(body, OpenApi.etag(body), contentType);
    }
  }

  /// Everything made from one catalog; dropped whole with it.
  private record Shelf(Catalog catalog, ConcurrentHashMap<String, Optional<Document>> documents) {}

  private final Supplier<Catalog> catalog;
  private final Function<String, Optional<Schema>> types;
  private volatile Shelf shelf;

  DiscoveryPages(Supplier<Catalog> catalog, Function<String, Optional<Schema>> types) {
    this.catalog = catalog;
    this.types = types;
    this.shelf = new Shelf(catalog.get(), new ConcurrentHashMap<>());
  }

  @Override
  public boolean serve(Request request, Response response, UserInfo user) {
    String path = trimmed(request.rawPath());
    boolean ours =
        path.equals("/api")
            || path.equals("/apis")
            || path.startsWith("/api/")
            || path.startsWith("/apis/")
            || path.startsWith("/openapi/");
    if (!ours || !(request.method().equals("GET") || request.method().equals("HEAD"))) {
      return false;
    }
    Shelf now = current();
    String key = path + form(path, request.header("accept"));
    Optional<Document> document =
        now.documents().computeIfAbsent(key, _ -> make(now.catalog(), path, key));
    document.ifPresent(found -> send(found, request, response));
    return document.isPresent();
  }

  private Shelf current() {
    Shelf now = shelf;
    Catalog newest = catalog.get();
    if (now.catalog() != newest) {
      now = new Shelf(newest, new ConcurrentHashMap<>());
      shelf = now;
    }
    return now;
  }

  private static void send(Document document, Request request, Response response) {
    String etag = '"' + document.etag() + '"';
    response
        .header("etag", etag)
        .header("vary", "Accept")
        .header("cache-control", "public")
        .header("content-type", document.contentType());
    if (request.header("if-none-match").contains(etag)) {
      response.status(304).send(new byte[0]);
    } else {
      response.send(document.body());
    }
  }

  /// Which of several forms of a document is asked for, as a suffix of its key.
  private static String form(String path, String accept) {
    String asked = accept.toLowerCase(Locale.ROOT);
    if (path.equals("/api") || path.equals("/apis")) {
      for (String clause : asked.split(",", -1)) {
        if (clause.contains(AGGREGATED) && clause.contains("application/json")) {
          return clause.contains("v=v2beta1") ? "#v2beta1" : "#v2";
        }
      }
    }
    boolean proto = path.equals("/openapi/v2") && asked.contains("com.github.proto-openapi");
    return proto ? "#proto" : "";
  }

  private Optional<Document> make(Catalog now, String path, String key) {
    int mark = key.indexOf('#');
    if (mark > 0 && !key.endsWith("#proto")) {
      String version = key.substring(mark + 1);
      String type =
          "application/json;g=apidiscovery.k8s.io;v=" + version + ";as=APIGroupDiscoveryList";
      return Optional.of(
          Document.of(AggregatedDiscovery.document(now, version, path.equals("/api")), type));
    }
    if (path.startsWith("/openapi/")) {
      return openApi(now, path, key.endsWith("#proto"));
    }
    return tree(now, path).map(found -> Document.of(found, Bodies.JSON));
  }

  private static Optional<ObjectNode> tree(Catalog now, String path) {
    String[] parts = path.substring(1).split("/", -1);
    return switch (parts.length) {
      case 1 ->
          Optional.of(parts[0].equals("api") ? Discovery.coreVersions() : Discovery.groups(now));
      case 2 -> parts[0].equals("api") ? resources(now, "", parts[1]) : group(now, parts[1]);
      case 3 -> parts[0].equals("apis") ? resources(now, parts[1], parts[2]) : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static Optional<ObjectNode> group(Catalog now, String name) {
    return Optional.ofNullable(Discovery.versions(now, name))
        .filter(versions -> !versions.isEmpty())
        .map(versions -> Discovery.group(name, versions));
  }

  private static Optional<ObjectNode> resources(Catalog now, String group, String version) {
    List<Resource> found =
        now.all().stream()
            .filter(each -> each.group().equals(group) && each.version().equals(version))
            .toList();
    String groupVersion = group.isEmpty() ? version : group + "/" + version;
    return found.isEmpty()
        ? Optional.empty()
        : Optional.of(Discovery.resources(groupVersion, found));
  }

  private Optional<Document> openApi(Catalog now, String path, boolean proto) {
    if (path.equals("/openapi/v2")) {
      return Optional.of(
          proto
              ? protoDocument(OpenApi.v2(now, types))
              : Document.of(OpenApi.v2(now, types), Bodies.JSON));
    }
    if (path.equals("/openapi/v3")) {
      String hash =
          Integer.toHexString(System.identityHashCode(now)) + Long.toHexString(now.all().size());
      return Optional.of(Document.of(OpenApi.index(now, hash), Bodies.JSON));
    }
    String[] parts = path.substring("/openapi/v3/".length()).split("/", -1);
    boolean core = parts.length == 2 && parts[0].equals("api");
    boolean named = parts.length == 3 && parts[0].equals("apis");
    if (!core && !named) {
      return Optional.empty();
    }
    return OpenApi.v3(now, types, core ? "" : parts[1], core ? parts[1] : parts[2])
        .map(found -> Document.of(found, Bodies.JSON));
  }

  private static Document protoDocument(ObjectNode document) {
    byte[] body = dev.slipway.apiserver.discovery.OpenApiProto.encode(document);
    return new Document(
        body, OpenApi.etag(body), "application/com.github.proto-openapi.spec.v2.v1.0+protobuf");
  }

  private static String trimmed(String path) {
    return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }
}

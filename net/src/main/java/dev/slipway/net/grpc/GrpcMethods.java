package dev.slipway.net.grpc;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The methods of a server by path: `/package.Service/Method`. Immutable.
public final class GrpcMethods {
  private static final GrpcMethods NONE = new GrpcMethods(Map.of());

  private final Map<String, GrpcMethod> byPath;

  private GrpcMethods(Map<String, GrpcMethod> byPath) {
    this.byPath = byPath;
  }

  public static GrpcMethods none() {
    return NONE;
  }

  /// These and one more.
  ///
  /// @param path `/package.Service/Method`
  /// @throws IllegalArgumentException if the path has another form, or is taken
  public GrpcMethods with(String path, GrpcMethod method) {
    return and(new GrpcMethods(Map.of(checked(path), method)));
  }

  public GrpcMethods unary(String path, GrpcMethod.Unary method) {
    return with(path, method);
  }

  public GrpcMethods unaryPieces(String path, GrpcMethod.UnaryPieces method) {
    return with(path, method);
  }

  public GrpcMethods serverStreaming(String path, GrpcMethod.ServerStreaming method) {
    return with(path, method);
  }

  public GrpcMethods streaming(String path, GrpcMethod.Streaming method) {
    return with(path, method);
  }

  /// These and those.
  ///
  /// @throws IllegalArgumentException if both have a path
  public GrpcMethods and(GrpcMethods others) {
    var all = new HashMap<>(byPath);
    others.byPath.forEach(
        (path, method) -> {
          if (all.put(path, method) != null) {
            throw new IllegalArgumentException("two methods for " + path);
          }
        });
    return new GrpcMethods(Map.copyOf(all));
  }

  private static String checked(String path) {
    int slash = path.indexOf('/', 1);
    boolean formed = path.startsWith("/") && slash > 1 && slash == path.lastIndexOf('/');
    if (!formed || slash == path.length() - 1) {
      throw new IllegalArgumentException(path + " is not of the form /package.Service/Method");
    }
    return path;
  }

  public Optional<GrpcMethod> at(String path) {
    return Optional.ofNullable(find(path));
  }

  @Nullable GrpcMethod find(String path) {
    return byPath.get(path);
  }

  /// Full names of the services: `package.Service`.
  public SortedSet<String> services() {
    var names = new TreeSet<String>();
    byPath.keySet().forEach(path -> names.add(path.substring(1, path.indexOf('/', 1))));
    return names;
  }
}

package dev.slipway.function;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// Finds and calls a function: a public method with up to two parameters, the event and the
/// [Context]. What the first is decides what it gets: a `Map` the whole event, a `String` or
/// `byte[]` the body, anything else the body's JSON bound to that type.
final class Loader {
  private static final int MOST_PARAMETERS = 2;

  private Loader() {}

  /// @param classes where sources were compiled to
  /// @throws FunctionException where it is not there, or its class cannot be made
  static Handler load(HandlerName name, Path directory, Path classes)
      throws IOException, FunctionException {
    var loader = new URLClassLoader(urls(name, directory, classes), Loader.class.getClassLoader());
    Thread.currentThread().setContextClassLoader(loader);
    try {
      var type = Class.forName(name.type(), true, loader);
      var method = method(type, name);
      var target = Modifier.isStatic(method.getModifiers()) ? null : instance(type);
      return new Found(method, target);
    } catch (ClassNotFoundException _) {
      throw FunctionException.unloadable(name.file() + " has no class " + name.type());
    }
  }

  private static URL[] urls(HandlerName name, Path directory, Path classes)
      throws IOException, FunctionException {
    var all = new ArrayList<Path>();
    if (name.file().endsWith(".jar")) {
      var jar = directory.resolve(name.file());
      if (!jar.toFile().isFile()) {
        throw FunctionException.unloadable("handler " + name.file() + ": there is no file " + jar);
      }
      all.add(jar);
    } else {
      all.add(classes);
    }
    all.addAll(Sources.jars(directory));
    return all.stream().distinct().map(Loader::url).toArray(URL[]::new);
  }

  private static URL url(Path path) {
    try {
      return path.toUri().toURL();
    } catch (MalformedURLException problem) {
      throw new IllegalArgumentException(problem);
    }
  }

  private static Method method(Class<?> type, HandlerName name) throws FunctionException {
    var all =
        Arrays.stream(type.getDeclaredMethods())
            .filter(each -> each.getName().equals(name.method()) && !each.isBridge())
            .filter(each -> !Modifier.isPrivate(each.getModifiers()))
            .toList();
    if (all.size() != 1) {
      throw FunctionException.unloadable(
          "class " + type.getName() + " has " + found(all) + " " + name.method());
    }
    var method = all.getFirst();
    var taken = method.getParameterTypes();
    if (taken.length > MOST_PARAMETERS
        || (taken.length == MOST_PARAMETERS && !taken[1].isAssignableFrom(Context.class))) {
      throw FunctionException.unloadable(
          method + ": expected at most two parameters, the event and a " + Context.class.getName());
    }
    method.setAccessible(true);
    return method;
  }

  private static String found(List<Method> all) {
    return all.isEmpty() ? "no method" : all.size() + " methods";
  }

  private static Object instance(Class<?> type) throws FunctionException {
    try {
      return MethodHandles.privateLookupIn(type, MethodHandles.lookup())
          .findConstructor(type, MethodType.methodType(void.class))
          .invoke();
    } catch (NoSuchMethodException _) {
      throw FunctionException.unloadable(
          "class " + type.getName() + " has no constructor without parameters");
    } catch (Throwable problem) {
      throw FunctionException.unloadable(Words.of(problem));
    }
  }

  private record Found(Method method, @Nullable Object target) implements Handler {
    @Override
    public @Nullable Object call(Map<String, @Nullable Object> event, byte[] body, Context context)
        throws Throwable {
      var types = method.getParameterTypes();
      var values = new @Nullable Object[types.length];
      for (int i = 0; i < types.length; i++) {
        boolean isContext = i > 0 || types[i] == Context.class;
        values[i] = isContext ? context : input(i, event, body);
      }
      try {
        var result = method.invoke(target, values);
        return result instanceof CompletionStage<?> later
            ? later.toCompletableFuture().get()
            : result;
      } catch (InvocationTargetException | ExecutionException problem) {
        throw problem.getCause() == null ? problem : problem.getCause();
      }
    }

    private @Nullable Object input(int index, Map<String, @Nullable Object> event, byte[] body)
        throws FunctionException {
      var type = method.getParameterTypes()[index];
      if (type.isAssignableFrom(event.getClass())) {
        return event;
      }
      if (type == byte[].class) {
        return body;
      }
      var data = event.get("body");
      if (type == String.class) {
        return data;
      }
      try {
        var wanted =
            Values.MAPPER.getTypeFactory().constructType(method.getGenericParameterTypes()[index]);
        var text = data instanceof String given ? given : new String(body, StandardCharsets.UTF_8);
        return Values.MAPPER.readValue(text, wanted);
      } catch (JacksonException problem) {
        throw new FunctionException(
            400,
            "the body is no JSON of a "
                + type.getSimpleName()
                + ": "
                + problem.getOriginalMessage());
      }
    }
  }
}

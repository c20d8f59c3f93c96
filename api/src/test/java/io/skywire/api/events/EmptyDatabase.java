package io.skywire.api.events;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A database in which every query finds nothing; it keeps what the queries were given. */
final class EmptyDatabase {
  private final List<Object> numbers = new ArrayList<>();

  DataSource dataSource() {
    return (DataSource) answer(DataSource.class);
  }

  /** The numbers that statements were given, in their order. */
  List<Object> numbers() {
    return numbers;
  }

  private Object answer(Class<?> type) {
    return Proxy.newProxyInstance(
        EmptyDatabase.class.getClassLoader(),
        new Class<?>[] {type},
        (proxy, method, arguments) -> call(method, arguments));
  }

  private @Nullable Object call(Method method, Object @Nullable [] arguments) {
    if (arguments != null && List.of("setLong", "setInt").contains(method.getName())) {
      numbers.add(arguments[1]);
    }
    Class<?> type = method.getReturnType();
    if (type.isInterface()) {
      return answer(type);
    }
    if (type == boolean.class) {
      return false;
    }
    return type == long.class ? (Object) 0L : null;
  }
}

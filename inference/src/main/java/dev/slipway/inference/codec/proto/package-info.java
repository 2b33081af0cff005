/// The protobuf wire format without generated classes: a reader over a stretch of an array, and a
/// writer. Read [dev.slipway.inference.codec.proto.ProtoReader] first.
///
/// Source: "Encoding", protobuf.dev.
@NullMarked
package dev.slipway.inference.codec.proto;

import org.jspecify.annotations.NullMarked;

/// Request bodies in the Kubernetes protobuf encoding (`application/vnd.kubernetes.protobuf`), read
/// into the same trees that their JSON form gives. Start at [ProtobufBodies].
@NullMarked
package dev.slipway.apiserver.protobuf;

import org.jspecify.annotations.NullMarked;

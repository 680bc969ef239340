/** Kinds of an API version that Kubernetes stopped to serve, each with the apiVersion to write instead. */
export interface ApiRemoval {
  removedIn: string
  apiVersion: string
  kinds: Record<string, string | undefined>
}

/**
 * What each Kubernetes release dropped, up to 1.35, as the types themselves say (`APILifecycleRemoved` in k8s.io/api,
 * kube-aggregator and apiextensions-apiserver 0.35), plus PodSecurityPolicy, whose types are gone. For people:
 * https://kubernetes.io/docs/reference/using-api/deprecation-guide/. Kinds that no chart holds (reviews, scale) are left out.
 */
export const apiRemovals: ApiRemoval[] = [
  {
    removedIn: '1.16',
    apiVersion: 'apps/v1beta1',
    kinds: { ControllerRevision: 'apps/v1', Deployment: 'apps/v1', StatefulSet: 'apps/v1' },
  },
  {
    removedIn: '1.16',
    apiVersion: 'apps/v1beta2',
    kinds: {
      ControllerRevision: 'apps/v1',
      DaemonSet: 'apps/v1',
      Deployment: 'apps/v1',
      ReplicaSet: 'apps/v1',
      StatefulSet: 'apps/v1',
    },
  },
  {
    removedIn: '1.16',
    apiVersion: 'extensions/v1beta1',
    kinds: {
      DaemonSet: 'apps/v1',
      Deployment: 'apps/v1',
      NetworkPolicy: 'networking.k8s.io/v1',
      PodSecurityPolicy: 'policy/v1beta1',
      ReplicaSet: 'apps/v1',
    },
  },
  {
    removedIn: '1.22',
    apiVersion: 'admissionregistration.k8s.io/v1beta1',
    kinds: {
      MutatingWebhookConfiguration: 'admissionregistration.k8s.io/v1',
      ValidatingWebhookConfiguration: 'admissionregistration.k8s.io/v1',
    },
  },
  {
    removedIn: '1.22',
    apiVersion: 'apiextensions.k8s.io/v1beta1',
    kinds: { CustomResourceDefinition: 'apiextensions.k8s.io/v1' },
  },
  {
    removedIn: '1.22',
    apiVersion: 'apiregistration.k8s.io/v1beta1',
    kinds: { APIService: 'apiregistration.k8s.io/v1' },
  },
  {
    removedIn: '1.22',
    apiVersion: 'certificates.k8s.io/v1beta1',
    kinds: { CertificateSigningRequest: 'certificates.k8s.io/v1' },
  },
  { removedIn: '1.22', apiVersion: 'coordination.k8s.io/v1beta1', kinds: { Lease: 'coordination.k8s.io/v1' } },
  { removedIn: '1.22', apiVersion: 'extensions/v1beta1', kinds: { Ingress: 'networking.k8s.io/v1' } },
  {
    removedIn: '1.22',
    apiVersion: 'networking.k8s.io/v1beta1',
    kinds: { Ingress: 'networking.k8s.io/v1', IngressClass: 'networking.k8s.io/v1' },
  },
  {
    removedIn: '1.22',
    apiVersion: 'rbac.authorization.k8s.io/v1beta1',
    kinds: {
      ClusterRole: 'rbac.authorization.k8s.io/v1',
      ClusterRoleBinding: 'rbac.authorization.k8s.io/v1',
      Role: 'rbac.authorization.k8s.io/v1',
      RoleBinding: 'rbac.authorization.k8s.io/v1',
    },
  },
  { removedIn: '1.22', apiVersion: 'scheduling.k8s.io/v1beta1', kinds: { PriorityClass: 'scheduling.k8s.io/v1' } },
  {
    removedIn: '1.22',
    apiVersion: 'storage.k8s.io/v1beta1',
    kinds: {
      CSIDriver: 'storage.k8s.io/v1',
      CSINode: 'storage.k8s.io/v1',
      StorageClass: 'storage.k8s.io/v1',
      VolumeAttachment: 'storage.k8s.io/v1',
    },
  },
  {
    removedIn: '1.24',
    apiVersion: 'storage.k8s.io/v1alpha1',
    kinds: { CSIStorageCapacity: 'storage.k8s.io/v1beta1', VolumeAttachment: 'storage.k8s.io/v1' },
  },
  { removedIn: '1.25', apiVersion: 'autoscaling/v2beta1', kinds: { HorizontalPodAutoscaler: 'autoscaling/v2' } },
  { removedIn: '1.25', apiVersion: 'batch/v1beta1', kinds: { CronJob: 'batch/v1' } },
  { removedIn: '1.25', apiVersion: 'discovery.k8s.io/v1beta1', kinds: { EndpointSlice: 'discovery.k8s.io/v1' } },
  { removedIn: '1.25', apiVersion: 'events.k8s.io/v1beta1', kinds: { Event: 'events.k8s.io/v1' } },
  { removedIn: '1.25', apiVersion: 'node.k8s.io/v1beta1', kinds: { RuntimeClass: 'node.k8s.io/v1' } },
  {
    removedIn: '1.25',
    apiVersion: 'policy/v1beta1',
    kinds: { PodDisruptionBudget: 'policy/v1', PodSecurityPolicy: undefined },
  },
  { removedIn: '1.26', apiVersion: 'autoscaling/v2beta2', kinds: { HorizontalPodAutoscaler: 'autoscaling/v2' } },
  {
    removedIn: '1.26',
    apiVersion: 'flowcontrol.apiserver.k8s.io/v1beta1',
    kinds: {
      FlowSchema: 'flowcontrol.apiserver.k8s.io/v1beta3',
      PriorityLevelConfiguration: 'flowcontrol.apiserver.k8s.io/v1beta3',
    },
  },
  { removedIn: '1.27', apiVersion: 'storage.k8s.io/v1beta1', kinds: { CSIStorageCapacity: 'storage.k8s.io/v1' } },
  {
    removedIn: '1.29',
    apiVersion: 'flowcontrol.apiserver.k8s.io/v1beta2',
    kinds: {
      FlowSchema: 'flowcontrol.apiserver.k8s.io/v1beta3',
      PriorityLevelConfiguration: 'flowcontrol.apiserver.k8s.io/v1beta3',
    },
  },
  {
    removedIn: '1.32',
    apiVersion: 'admissionregistration.k8s.io/v1alpha1',
    kinds: {
      ValidatingAdmissionPolicy: 'admissionregistration.k8s.io/v1',
      ValidatingAdmissionPolicyBinding: 'admissionregistration.k8s.io/v1',
    },
  },
  {
    removedIn: '1.32',
    apiVersion: 'flowcontrol.apiserver.k8s.io/v1beta3',
    kinds: {
      FlowSchema: 'flowcontrol.apiserver.k8s.io/v1',
      PriorityLevelConfiguration: 'flowcontrol.apiserver.k8s.io/v1',
    },
  },
  {
    removedIn: '1.34',
    apiVersion: 'admissionregistration.k8s.io/v1beta1',
    kinds: {
      ValidatingAdmissionPolicy: 'admissionregistration.k8s.io/v1',
      ValidatingAdmissionPolicyBinding: 'admissionregistration.k8s.io/v1',
    },
  },
  { removedIn: '1.35', apiVersion: 'storage.k8s.io/v1alpha1', kinds: { VolumeAttributesClass: 'storage.k8s.io/v1' } },
]

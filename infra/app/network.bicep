metadata description = 'A virtual network for calls of the app to the outside, all from one fixed address. Nothing comes in through it.'

@description('Azure region.')
param location string

@description('Tags of every resource.')
param tags object

@description('What makes the names unique.')
param resourceToken string

@description('Addresses of the network; the one subnet takes them all.')
param addressPrefix string

var subnetName = 'app'

module publicIp 'br/public:avm/res/network/public-ip-address:0.12.0' = {
  name: 'public-ip'
  params: {
    name: 'pip-${resourceToken}'
    location: location
    tags: tags
    // The zones of the address are those of the gateway: none is chosen.
    availabilityZones: []
    enableTelemetry: false
  }
}

module natGateway 'br/public:avm/res/network/nat-gateway:2.1.0' = {
  name: 'nat-gateway'
  params: {
    name: 'ng-${resourceToken}'
    location: location
    tags: tags
    availabilityZone: -1
    publicIpResourceIds: [publicIp.outputs.resourceId]
    enableTelemetry: false
  }
}

module network 'br/public:avm/res/network/virtual-network:0.9.0' = {
  name: 'virtual-network'
  params: {
    name: 'vnet-${resourceToken}'
    location: location
    tags: tags
    addressPrefixes: [addressPrefix]
    subnets: [
      {
        name: subnetName
        addressPrefix: addressPrefix
        // Flex Consumption takes a subnet only with this delegation, and only for itself.
        delegation: 'Microsoft.App/environments'
        natGatewayResourceId: natGateway.outputs.resourceId
        defaultOutboundAccess: false
      }
    ]
    enableTelemetry: false
  }
}

@description('Resource id of the subnet.')
output subnetId string = '${network.outputs.resourceId}/subnets/${subnetName}'

@description('The address from which the app calls.')
output ipAddress string = publicIp.outputs.ipAddress

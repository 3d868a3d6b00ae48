"""What Azure takes: the properties of Flex Consumption, how long each table keeps its rows, the way to the outside."""

from __future__ import annotations

import pytest

from tests.infra.bicep import File
from tests.infra.deployed import INFRA, main

APP = "functionApp/app"

TAKEN_BY_FLEX_CONSUMPTION = {"http20Enabled", "minTlsVersion", "scmMinTlsVersion", "remoteDebuggingEnabled"}
"""Properties of siteConfig that Flex Consumption takes.

The resource azurerm_function_app_flex_consumption, which is for this plan alone, sends all of them, and the verified module
of Azure/terraform-azurerm-avm-res-web-site#345, which went through them one by one, keeps them. None is in "Flex Consumption
plan deprecations" of the app settings reference.
"""

REFUSED_BY_FLEX_CONSUMPTION = {
    *("alwaysOn", "ftpsState", "use32BitWorkerProcess", "preWarmedInstanceCount", "netFrameworkVersion"),
    *(
        "functionsRuntimeScaleMonitoringEnabled",
        "linuxFxVersion",
        "windowsFxVersion",
        "javaVersion",
        "powerShellVersion",
    ),
    *("functionAppScaleLimit", "vnetRouteAllEnabled", "vnetImagePullEnabled", "vnetContentShareEnabled"),
}
"""Those that it refuses: Azure/azure-cli#31414, Azure/terraform-azurerm-avm-res-web-site#345, and the same page."""

OF_APPLICATION_INSIGHTS = {
    *("AppAvailabilityResults", "AppBrowserTimings", "AppDependencies", "AppEvents", "AppExceptions", "AppMetrics"),
    *("AppPageViews", "AppPerformanceCounters", "AppRequests", "AppSystemEvents", "AppTraces"),
}
"""The tables whose retention does not follow the workspace ("Manage data retention in a Log Analytics workspace")."""


def test_flex_consumption_takes_every_property():
    """One property that it refuses fails the whole deployment (error 51021), so only known ones are sent."""
    assert set() == TAKEN_BY_FLEX_CONSUMPTION & REFUSED_BY_FLEX_CONSUMPTION
    for given in ({}, {"virtualNetwork": True}):
        assert main(**given).module(APP).parameters["siteConfig"].keys() <= TAKEN_BY_FLEX_CONSUMPTION


def test_the_module_adds_no_property():
    """Without a siteConfig of ours the verified module would send its own, with alwaysOn and ftpsState."""
    assert main().module(APP).parameters["siteConfig"]


@pytest.mark.parametrize("days", [30, 90, 730])
def test_every_table_keeps_its_rows_as_long_as_asked(days):
    """Those of Application Insights would keep them for 90 days else, whatever the workspace says."""
    workspace = main(logRetentionDays=days).module("monitoring/workspace").parameters
    assert workspace["dataRetention"] == days
    assert {table["name"] for table in workspace["tables"]} == OF_APPLICATION_INSIGHTS
    assert {(table["retentionInDays"], table["totalRetentionInDays"]) for table in workspace["tables"]} == {
        (days, days)
    }


def test_by_default_there_is_no_network():
    """Nothing is deployed for it, nothing is paid for it, and the app is in none."""
    deployment = main()
    assert "network" not in deployment.modules
    assert deployment.module(APP).parameters["virtualNetworkSubnetResourceId"] is None
    assert deployment.outputs["AZURE_OUTBOUND_IP_ADDRESS"] == ""


def test_with_a_network_calls_come_from_one_address():
    """The app is in the subnet, the subnet is delegated to Flex Consumption, its gateway holds the address put out."""
    deployment = main(virtualNetwork=True, virtualNetworkPrefix="10.9.0.0/27")
    network = deployment.module("network/network").parameters
    assert network["addressPrefixes"] == ["10.9.0.0/27"]
    assert network["subnets"] == [
        {
            "name": "app",
            "addressPrefix": "10.9.0.0/27",
            "delegation": "Microsoft.App/environments",
            "natGatewayResourceId": "natGateway.outputs.resourceId",
            "defaultOutboundAccess": False,
        }
    ]
    assert deployment.module("network/natGateway").parameters["publicIpResourceIds"] == ["publicIp.outputs.resourceId"]
    outputs = deployment.modules["network"].inside.outputs
    assert outputs["subnetId"] == "network.outputs.resourceId/subnets/app"
    assert outputs["ipAddress"] == "publicIp.outputs.ipAddress"


def test_the_app_gets_the_subnet_of_the_network():
    """What main.bicep hands on is the output of that module."""
    deployment = main(virtualNetwork=True)
    assert deployment.module(APP).parameters["virtualNetworkSubnetResourceId"] == "network!.outputs.subnetId"
    assert deployment.outputs["AZURE_OUTBOUND_IP_ADDRESS"] == "network!.outputs.ipAddress"
    assert {"subnetId", "ipAddress"} == File(INFRA / "app" / "network.bicep").outputs.keys()
